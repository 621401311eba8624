import { limits } from '../../../local/slack/block-kit/limits.ts';
import type { Rule } from './rule.ts';

/** What stands on either side of each limit: taken at it, refused one above. */
const x = (length: number): string => 'x'.repeat(length);
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (text: string, more: object = {}) => ({ type: 'section', text: mrkdwn(text), ...more });
const button = (more: object = {}) => ({ type: 'button', action_id: 'a', text: plain('Go'), ...more });
const actions = (...elements: readonly object[]) => ({ type: 'actions', elements });
const modal = (more: object = {}, blocks: readonly object[] = [section('x')]) => ({
  type: 'modal',
  title: plain('Title'),
  blocks,
  ...more,
});
const option = (value: string, text = 'o') => ({ text: plain(text), value });
const times = <T>(count: number, make: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** Each block or list at its limit, and one above. */
const AT_LIMITS: readonly (readonly [string, (length: number) => readonly object[], number])[] = [
  ['the text of a section', (n) => [section(x(n))], limits.text],
  ['a header', (n) => [{ type: 'header', text: plain(x(n)) }], limits.header],
  ['the text of a button', (n) => [actions(button({ text: plain(x(n)) }))], limits.buttonText],
  ['the value of a button', (n) => [actions(button({ value: x(n) }))], limits.buttonValue],
  ['an action id', (n) => [actions(button({ action_id: x(n) }))], limits.id],
  ['a block id', (n) => [section('x', { block_id: x(n) })], limits.id],
  [
    'fields of a section',
    (n) => [{ type: 'section', fields: times(n, () => mrkdwn('f')) }],
    limits.sectionFields,
  ],
  [
    'elements of a context',
    (n) => [{ type: 'context', elements: times(n, () => mrkdwn('c')) }],
    limits.contextElements,
  ],
  [
    'elements of actions',
    (n) => [actions(...times(n, (at) => button({ action_id: `a${at}` })))],
    limits.actionsElements,
  ],
  [
    'options of an overflow menu',
    (n) => [actions({ type: 'overflow', action_id: 'o', options: times(n, (at) => option(`v${at}`)) })],
    limits.overflowOptions,
  ],
  ['blocks of a message', (n) => times(n, () => ({ type: 'divider' })), limits.messageBlocks],
];

const validate = (
  value: Readonly<Record<string, unknown>>,
  expect: string,
  says?: RegExp,
): Rule['steps'][0] => ({
  method: 'blocks.validate',
  args: value,
  expect,
  ...(says && { says }),
});

export const BLOCK_RULES: readonly Rule[] = [
  ...AT_LIMITS.map(
    ([what, blocks, limit]): Rule => ({
      name: `${what}: ${limit} at most`,
      steps: [
        validate({ blocks: blocks(limit) }, 'ok'),
        validate({ blocks: blocks(limit + 1) }, 'invalid_blocks'),
      ],
    }),
  ),
  {
    name: 'an empty text, an unknown block and an unknown property are refused',
    steps: [
      validate({ blocks: [section('')] }, 'invalid_blocks'),
      validate({ blocks: [{ type: 'sectoin', text: mrkdwn('x') }] }, 'invalid_blocks'),
      validate({ blocks: [section('x', { colour: 'red' })] }, 'invalid_blocks'),
      validate({ blocks: [actions()] }, 'invalid_blocks'),
    ],
  },
  {
    name: 'two blocks of one id are refused',
    steps: [
      validate(
        { blocks: [section('a', { block_id: 'i' }), section('b', { block_id: 'i' })] },
        'invalid_blocks',
      ),
      validate({ blocks: [section('a', { block_id: 'i' }), section('b', { block_id: 'j' })] }, 'ok'),
    ],
  },
  {
    name: 'a button is plain text, of two styles',
    steps: [
      validate(
        { blocks: [actions(button({ style: 'primary' }), button({ action_id: 'b', style: 'danger' }))] },
        'ok',
      ),
      validate({ blocks: [actions(button({ style: 'default' }))] }, 'invalid_blocks'),
      validate({ blocks: [actions(button({ text: mrkdwn('Go') }))] }, 'invalid_blocks'),
    ],
  },
  {
    name: 'an input is for dialogs, which then have a submit button',
    steps: [
      validate({ view: modal({ submit: plain('Send') }, [INPUT()]) }, 'ok'),
      validate({ view: modal({}, [INPUT()]) }, 'invalid_view'),
    ],
  },
  {
    name: `title and buttons of a dialog: ${limits.modalTitle} characters`,
    steps: [
      validate({ view: modal({ title: plain(x(limits.modalTitle)) }) }, 'ok'),
      validate({ view: modal({ title: plain(x(limits.modalTitle + 1)) }) }, 'invalid_view'),
      validate({ view: modal({ close: plain(x(limits.modalButton + 1)) }) }, 'invalid_view'),
      validate({ view: modal({ private_metadata: x(limits.privateMetadata + 1) }) }, 'invalid_view'),
    ],
  },
  {
    name: 'exactly one payload is judged at a time',
    steps: [
      validate({}, 'invalid_arguments'),
      validate({ blocks: [section('x')], view: modal() }, 'invalid_arguments'),
    ],
  },
];

function INPUT(): object {
  return { type: 'input', label: plain('Why'), element: { type: 'plain_text_input', action_id: 'reason' } };
}
