import type {
  Channel,
  Ephemeral,
  HomeTab,
  OpenView,
  TranscriptMessage,
  WorkspaceState,
} from '../../../../local/slack/local-api.ts';
import * as blocks from './fixture-blocks.ts';

export const APP = 'U0MIRROR';
export const MIRROR_CHANNEL = 'C0MIRROR';
/** What the page takes for now: 10:24 in Berlin. */
export const NOW = '2026-11-24T09:24:00Z';

/** The `ts` of a time of day in Berlin, on the day of NOW. */
export function tsAt(time: string): string {
  return `${Date.parse(`2026-11-24T${time}+01:00`) / 1000}.000100`;
}

export interface FixtureData {
  readonly workspace: WorkspaceState;
  messages: Record<string, readonly TranscriptMessage[]>;
  ephemerals: Record<string, readonly Ephemeral[]>;
  views: readonly OpenView[];
  /** By person. */
  homes: Record<string, HomeTab>;
}

export function fixtureData(): FixtureData {
  return {
    workspace: {
      team: { id: 'T0SHOP', name: 'Example Shop' },
      app: { name: 'Mirror', user: APP },
      users: [
        person('U0ALICE', 'alice', 'Alice Adams', 'requester'),
        person('U0BOB', 'bob', 'Bob Brown', 'approver'),
        person('U0CAROL', 'carol', 'Carol Clark', 'approver'),
        person('U0OSCAR', 'oscar', 'Oscar Ortiz', 'outsider'),
      ],
      user_groups: [{ id: 'S0APPROVE', handle: 'platform-approvers', users: ['U0BOB', 'U0CAROL'] }],
      channels: [
        channel(MIRROR_CHANNEL, 'mirror'),
        channel('C0FRONT', 'shop-frontend', { app_is_member: false }),
        channel('C0SEC', 'security', { is_private: true }),
        channel('C0OLD', 'images-2024', { is_archived: true }),
        channel('D0APP', 'mirror', { is_im: true }),
      ],
      commands: [
        {
          command: '/mirror',
          description: 'Bring a container image into our ECR',
          usage_hint: '<source> [target] | help',
        },
      ],
      shortcuts: [
        { type: 'global', callback_id: 'mirror_image', name: 'Mirror an image', description: 'Opens a form' },
        {
          type: 'message',
          callback_id: 'mirror_message',
          name: 'Mirror these images',
          description: 'Those that the message names',
        },
      ],
    },
    messages: { [MIRROR_CHANNEL]: channelMessages(), D0APP: [] },
    ephemerals: {
      [MIRROR_CHANNEL]: [
        {
          ts: tsAt('10:16:20'),
          user: 'U0ALICE',
          text: 'Only @platform-approvers can approve this',
          blocks: blocks.refusal,
        },
      ],
    },
    views: [],
    homes: { U0ALICE: { user: 'U0ALICE', id: 'V0HOME', blocks: blocks.home } },
  };
}

function channelMessages(): readonly TranscriptMessage[] {
  const ts = tsAt('09:02:00');
  return [
    said(
      'U0CAROL',
      '08:40:00',
      'Reminder: *immutable tags* everywhere since <!date^1795420800^{date_short}|Monday>. A moved tag is refused, see <https://wiki.example/base-images|the page>.',
    ),
    said('U0CAROL', '08:41:00', 'Ask here with `/mirror`, we look at it within the hour.'),
    {
      ts,
      user: APP,
      text: 'python:3.9-slim-buster is in ECR as base-images/python:3.9-slim-buster',
      blocks: blocks.doneCard,
      edited: true,
      replies: [
        reply('09:21:00', 'Approved by Bob.', [blocks.section('who', 'Approved by <@U0BOB>.')]),
        reply('09:21:10', 'In ECR', blocks.copiedReply),
        reply('09:22:30', 'Scan found 1 critical, 3 high', blocks.scanReply),
      ],
    },
    said('U0ALICE', '10:14:00', 'The shop front end still pulls nginx from Docker Hub, I ask for it now.'),
    {
      ts: tsAt('10:15:00'),
      user: APP,
      text: 'Alice asks to mirror nginx:1.21-alpine to base-images/nginx (24 MB, 7 platforms)',
      blocks: blocks.waitingCard,
      replies: [],
    },
  ];
}

export function said(user: string, time: string, text: string): TranscriptMessage {
  return { ts: tsAt(time), user, text, blocks: [], replies: [] };
}

function reply(time: string, text: string, replyBlocks: TranscriptMessage['blocks']) {
  return { ts: tsAt(time), user: APP, text, blocks: replyBlocks };
}

export function denyView(errors?: OpenView['errors']): OpenView {
  return {
    id: 'V0DENY',
    user: 'U0BOB',
    callback_id: 'deny',
    title: 'Deny the request',
    submit: 'Deny',
    close: 'Cancel',
    blocks: blocks.denyBlocks,
    ...(errors === undefined ? {} : { errors }),
  };
}

function person(id: string, name: string, real_name: string, role: string) {
  return { id, name, real_name, role };
}

function channel(id: string, name: string, more: Partial<Channel> = {}): Channel {
  return { id, name, is_private: false, is_im: false, is_archived: false, app_is_member: true, ...more };
}
