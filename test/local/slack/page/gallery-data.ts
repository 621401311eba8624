import type { View } from '@slack/types';
import type { Block, OpenView, TranscriptMessage } from '../../../../local/slack/local-api.ts';
import { gallery, type SectionName } from '../../../bot/gallery/gallery.ts';
import { OPS_CHANNEL, OTHER_CHANNEL } from '../../../bot/gallery/given.ts';
import type { Picture, Shown } from '../../../bot/gallery/picture.ts';
import { ALICE, BOB, CAROL, CHANNEL, GROUP, START } from '../../../bot/sample.ts';
import { APP, type FixtureData } from './fixture-data.ts';

export const APP_CHANNEL = 'D0APP';
/** An hour and a half after everything was asked for: 11:30 in Berlin. */
export const GALLERY_NOW = new Date(START + 90 * 60_000).toISOString();
/** Its thread has all replies. */
export const THREAD = tsOf(0);

export interface Shot extends Picture {
  readonly section: SectionName;
  readonly name: string;
  /** Of its message. */
  readonly ts: string;
}

/** Every picture in the order of the gallery, each with a time of its own. */
export const shots: readonly Shot[] = Object.entries(gallery)
  .flatMap(([section, { pictures }]) =>
    Object.entries(pictures).map(([name, picture]) => ({ ...picture, section, name })),
  )
  .map((shot, at) => ({ ...shot, section: shot.section as SectionName, ts: tsOf(2 * at + 2) }));

/** One workspace that shows all of it at once. */
export function galleryData(): FixtureData {
  const inChannel = shots.flatMap((shot) => {
    const said = ofKind(shot, 'channel');
    return said ? [message(shot.ts, said), between(shot.ts)] : [];
  });
  const replies = shots.flatMap((shot) => {
    const said = ofKind(shot, 'thread');
    return said ? [message(shot.ts, said), between(shot.ts)] : [];
  });
  const ephemerals = shots.flatMap((shot) => {
    const said = ofKind(shot, 'private');
    return said ? [{ ts: shot.ts, user: ALICE, ...said.message, blocks: blocksOf(said.message.blocks) }] : [];
  });
  const root = { ts: THREAD, user: CAROL, text: 'The thread', blocks: [], replies };
  return {
    workspace: {
      team: { id: 'T01ACME0001', name: 'Acme' },
      app: { name: 'Mirror', user: APP },
      users: PEOPLE.map(([id, name, real_name, role]) => ({ id, name, real_name, role })),
      user_groups: [{ id: GROUP, handle: 'platform-approvers', users: [BOB, CAROL] }],
      channels: [
        ...[
          [CHANNEL, 'image-requests'],
          [OTHER_CHANNEL, 'shop-frontend'],
          [OPS_CHANNEL, 'mirror-ops'],
        ].map(([id = '', name = '']) => channel(id, name, false)),
        channel(APP_CHANNEL, 'mirror', true),
      ],
      commands: [],
      shortcuts: [],
    },
    // Apart, so that little stands beside what is looked at.
    messages: { [CHANNEL]: inChannel, [OTHER_CHANNEL]: [root] },
    ephemerals: { [CHANNEL]: ephemerals },
    views: [],
    homes: Object.fromEntries(
      homesOf().map(({ shot, user, view }) => [user, { user, id: shot.name, blocks: blocksOf(view.blocks) }]),
    ),
  };
}

/** Each Home tab is another person's, so that none is taken for the one before. */
export const homesOf = (): readonly { readonly shot: Shot; readonly user: string; readonly view: View }[] =>
  shots
    .flatMap((shot) => (shot.shown.in === 'home' ? [{ shot, view: shot.shown.view }] : []))
    .map((each, at) => ({ ...each, user: READERS[at % READERS.length] ?? ALICE }));

/** An approver, a requester, somebody new. */
const READERS = [BOB, ALICE, 'U01DAVE0001', CAROL];

const PEOPLE = [
  [ALICE, 'alice', 'Alice', 'requester'],
  [BOB, 'bob', 'Bob', 'approver'],
  [CAROL, 'carol', 'Carol', 'approver'],
  ['U01DAVE0001', 'dave', 'Dave', 'outsider'],
] as const;

const channel = (id: string, name: string, is_im: boolean) => ({
  id,
  name,
  is_private: false,
  is_im,
  is_archived: false,
  app_is_member: true,
});

function tsOf(second: number): string {
  return `${START / 1000 + second}.000100`;
}

function ofKind<K extends 'channel' | 'thread' | 'private'>(
  { shown }: Shot,
  kind: K,
): Extract<Shown, { readonly in: K }> | undefined {
  const is = (each: Shown): each is Extract<Shown, { readonly in: K }> => each.in === kind;
  return is(shown) ? shown : undefined;
}

function message(ts: string, { message: said, ...rest }: Extract<Shown, { readonly message: unknown }>) {
  const edited = 'edited' in rest && rest.edited === true;
  const blocks = blocksOf(said.blocks);
  return { ts, user: APP, text: said.text, blocks, edited, replies: [] } satisfies TranscriptMessage;
}

/** Somebody else's line, so that each of ours has its name and picture. */
const between = (ts: string): TranscriptMessage => ({
  ts: `${Number.parseInt(ts, 10) + 1}.000100`,
  user: CAROL,
  text: '–',
  blocks: [],
  replies: [],
});

/** As they go through Slack: JSON. */
const blocksOf = (blocks: unknown): readonly Block[] => JSON.parse(JSON.stringify(blocks));

export const dialogsOf = (): readonly { readonly shot: Shot; readonly view: OpenView }[] =>
  shots.flatMap((shot) =>
    shot.shown.in === 'modal' ? [{ shot, view: openView(shot.name, shot.shown) }] : [],
  );

function openView(id: string, { errors, view }: Extract<Shown, { readonly in: 'modal' }>): OpenView {
  const texts: { readonly [part in 'title' | 'submit' | 'close']?: { readonly text: string } } = JSON.parse(
    JSON.stringify(view),
  );
  return {
    id,
    user: ALICE,
    callback_id: '',
    title: texts.title?.text ?? '',
    ...(texts.submit && { submit: texts.submit.text }),
    ...(texts.close && { close: texts.close.text }),
    blocks: blocksOf(view.blocks),
    ...(errors && { errors }),
  };
}
