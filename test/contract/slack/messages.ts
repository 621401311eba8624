import type { Rule } from './rule.ts';

const METADATA = { event_type: 'mirror_contract', event_payload: { key: 'M-CONTRACT#0#0' } };

/** In the channel that is named on the command line; what is posted there is deleted again. */
export const MESSAGE_RULES: readonly Rule[] = [
  {
    name: 'a message is posted, edited, found by its metadata, answered in its thread and deleted',
    steps: [
      {
        method: 'chat.postMessage',
        args: { channel: '{channel}', text: 'contract:slack', metadata: METADATA },
        expect: 'ok',
        keep: 'card',
      },
      { method: 'chat.update', args: { channel: '{channel}', ts: '{card}', text: 'edited' }, expect: 'ok' },
      {
        method: 'chat.postMessage',
        args: { channel: '{channel}', thread_ts: '{card}', text: 'a reply' },
        expect: 'ok',
        keep: 'reply',
      },
      {
        method: 'conversations.replies',
        args: { channel: '{channel}', ts: '{card}', include_all_metadata: true },
        expect: 'ok',
      },
      {
        method: 'conversations.history',
        args: { channel: '{channel}', limit: 5, include_all_metadata: true },
        expect: 'ok',
      },
      { method: 'chat.delete', args: { channel: '{channel}', ts: '{reply}' }, expect: 'ok' },
      { method: 'chat.delete', args: { channel: '{channel}', ts: '{card}' }, expect: 'ok' },
    ],
  },
  {
    name: 'blocks that are wrong are refused with a pointer to the place, and nothing is posted',
    steps: [
      {
        method: 'chat.postMessage',
        args: {
          channel: '{channel}',
          text: 'contract:slack',
          blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
        },
        expect: 'invalid_blocks',
        says: /json-pointer:\/blocks\/0\/text/,
      },
      {
        method: 'chat.postMessage',
        args: { channel: '{channel}', text: 'contract:slack', blocks: 'no array' },
        expect: 'invalid_blocks_format',
      },
    ],
  },
  {
    name: 'neither text nor blocks is nothing to say',
    steps: [{ method: 'chat.postMessage', args: { channel: '{channel}' }, expect: 'no_text' }],
  },
  {
    name: 'a text of more than 4,000 characters cannot be edited in',
    steps: [
      {
        method: 'chat.postMessage',
        args: { channel: '{channel}', text: 'contract:slack' },
        expect: 'ok',
        keep: 'card',
      },
      {
        method: 'chat.update',
        args: { channel: '{channel}', ts: '{card}', text: 'x'.repeat(4_001) },
        expect: 'msg_too_long',
      },
      { method: 'chat.delete', args: { channel: '{channel}', ts: '{card}' }, expect: 'ok' },
    ],
  },
  {
    name: 'what is not there is called so',
    steps: [
      {
        method: 'chat.postMessage',
        args: { channel: 'C0NOWHERE00', text: 'x' },
        expect: 'channel_not_found',
      },
      { method: 'conversations.info', args: { channel: 'C0NOWHERE00' }, expect: 'channel_not_found' },
      {
        method: 'chat.update',
        args: { channel: '{channel}', ts: '1000000000.000001', text: 'x' },
        expect: 'message_not_found',
      },
      { method: 'users.info', args: { user: 'U0NOBODY000' }, expect: 'user_not_found' },
      { method: 'usergroups.users.list', args: { usergroup: 'S0NOGROUP00' }, expect: 'no_such_subteam' },
      { method: 'no.such.method', args: {}, expect: 'unknown_method' },
    ],
  },
  {
    name: 'a dialog needs a trigger, and a made-up one is none',
    steps: [
      {
        method: 'views.open',
        args: {
          trigger_id: '1.2.3',
          view: {
            type: 'modal',
            title: { type: 'plain_text', text: 'T' },
            blocks: [{ type: 'divider' }],
          },
        },
        expect: 'invalid_trigger_id',
      },
    ],
  },
];
