import { describe, expect, test } from '@jest/globals';
import { checkMessageBlocks } from '../../../local/slack/block-kit/blocks.ts';
import { checkView } from '../../../local/slack/block-kit/view.ts';
import { startSlack } from '../../../local/slack/start.ts';
import {
  actions,
  button,
  cell,
  confirm,
  many,
  mrkdwn,
  option,
  overflow,
  plain,
  select,
  table,
  x,
} from './sample-blocks.ts';
import { refusal, webClient } from './with-bolt.ts';

/** A block made from a size, the biggest size that passes, and where Slack points at one more. */
const messageLimits: readonly [string, (size: number) => object, number, string][] = [
  ['header text', (n) => ({ type: 'header', text: plain(n) }), 150, '/blocks/0/text/text'],
  ['section text', (n) => ({ type: 'section', text: mrkdwn(n) }), 3000, '/blocks/0/text/text'],
  ['section fields', (n) => ({ type: 'section', fields: many(n, () => mrkdwn(1)) }), 10, '/blocks/0/fields'],
  ['a section field', (n) => ({ type: 'section', fields: [plain(n)] }), 2000, '/blocks/0/fields/0/text'],
  [
    'context elements',
    (n) => ({ type: 'context', elements: many(n, () => mrkdwn(1)) }),
    10,
    '/blocks/0/elements',
  ],
  ['context text', (n) => ({ type: 'context', elements: [mrkdwn(n)] }), 3000, '/blocks/0/elements/0/text'],
  ['actions', (n) => actions(...many(n, () => button())), 25, '/blocks/0/elements'],
  ['block_id', (n) => ({ type: 'divider', block_id: x(n) }), 255, '/blocks/0/block_id'],
  ['action_id', (n) => actions(button({ action_id: x(n) })), 255, '/blocks/0/elements/0/action_id'],
  ['button text', (n) => actions(button({ text: plain(n) })), 75, '/blocks/0/elements/0/text/text'],
  ['button value', (n) => actions(button({ value: x(n) })), 2000, '/blocks/0/elements/0/value'],
  ['button url', (n) => actions(button({ url: x(n) })), 3000, '/blocks/0/elements/0/url'],
  [
    'accessibility label',
    (n) => ({ type: 'section', text: plain(1), accessory: button({ accessibility_label: x(n) }) }),
    75,
    '/blocks/0/accessory/accessibility_label',
  ],
  ['confirm title', (n) => confirm({ title: plain(n) }), 100, '/blocks/0/elements/0/confirm/title/text'],
  ['confirm text', (n) => confirm({ text: mrkdwn(n) }), 300, '/blocks/0/elements/0/confirm/text/text'],
  ['confirm button', (n) => confirm({ confirm: plain(n) }), 30, '/blocks/0/elements/0/confirm/confirm/text'],
  ['deny button', (n) => confirm({ deny: plain(n) }), 30, '/blocks/0/elements/0/confirm/deny/text'],
  ['select options', (n) => select({ options: many(n, option) }), 100, '/blocks/0/elements/0/options'],
  ['placeholder', (n) => select({ placeholder: plain(n) }), 150, '/blocks/0/elements/0/placeholder/text'],
  [
    'option text',
    (n) => select({ options: [{ text: plain(n), value: '1' }] }),
    75,
    '/blocks/0/elements/0/options/0/text/text',
  ],
  [
    'option value',
    (n) => select({ options: [{ text: plain(1), value: x(n) }] }),
    150,
    '/blocks/0/elements/0/options/0/value',
  ],
  [
    'option description',
    (n) => select({ options: [{ ...option(1), description: plain(n) }] }),
    75,
    '/blocks/0/elements/0/options/0/description/text',
  ],
  ['overflow options', (n) => overflow(many(n, option)), 5, '/blocks/0/elements/0/options'],
  ['table rows', (n) => table(many(n, () => [cell()])), 100, '/blocks/0/rows'],
  ['table cells', (n) => table([many(n, () => cell())]), 20, '/blocks/0/rows/0'],
];

test.each(messageLimits)('%s: the limit passes, one more is refused there', (_what, make, limit, pointer) => {
  expect(checkMessageBlocks([make(limit)])).toMatchObject({ kind: 'valid' });
  const items = pointer.endsWith('s') || pointer.endsWith('rows/0');
  const problem = items ? `no more than ${limit} items allowed` : `must be less than ${limit + 1} characters`;
  expect(checkMessageBlocks([make(limit + 1)])).toEqual({
    kind: 'invalid',
    error: 'invalid_blocks',
    problems: [`${problem} [json-pointer:${pointer}]`],
  });
});

test('a message holds 50 blocks and 13,200 characters of text', () => {
  const dividers = (n: number) => many(n, () => ({ type: 'divider' }));
  expect(checkMessageBlocks(dividers(50))).toMatchObject({ kind: 'valid' });
  expect(checkMessageBlocks(dividers(51))).toMatchObject({
    problems: ['no more than 50 items allowed [json-pointer:/blocks]'],
  });
  const texts = (...sizes: number[]) => sizes.map((n) => ({ type: 'section', text: mrkdwn(n) }));
  expect(checkMessageBlocks(texts(3000, 3000, 3000, 3000, 1200))).toMatchObject({ kind: 'valid' });
  expect(checkMessageBlocks(texts(3000, 3000, 3000, 3000, 1201))).toMatchObject({
    error: 'msg_blocks_too_long',
  });
});

test('a table holds 10,000 characters, a message one table, and a dialog none', () => {
  const rows = (size: number) => [[cell(5_000)], [cell(size)]];
  expect(checkMessageBlocks([table(rows(5_000))])).toMatchObject({ kind: 'valid' });
  expect(checkMessageBlocks([table(rows(5_001))])).toMatchObject({
    problems: ['must be less than 10001 characters [json-pointer:/blocks/0/rows]'],
  });
  expect(checkMessageBlocks([table([[cell()]]), table([[cell()]])])).toMatchObject({
    problems: ['only one table is allowed in a message [json-pointer:/blocks]'],
  });
  const modal = { type: 'modal', title: plain(1), blocks: [table([[cell()]])] };
  expect(checkView(modal)).toMatchObject({
    problems: ['unsupported type: table [json-pointer:/view/blocks/0/type]'],
  });
});

describe('refused in a message', () => {
  const cases: readonly [string, unknown, string][] = [
    [
      'an empty cell of a table',
      table([[cell(0)]]),
      'must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]',
    ],
    [
      'a cell of mrkdwn',
      table([[mrkdwn(1)]]),
      'unsupported type: mrkdwn [json-pointer:/blocks/0/rows/0/0/type]',
    ],
    [
      'a column that stands on its head',
      table([[cell()]], { column_settings: [{ align: 'top' }] }),
      'must be one of: left, center, right [json-pointer:/blocks/0/column_settings/0/align]',
    ],
    [
      'an empty text',
      { type: 'section', text: mrkdwn(0) },
      'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['a section without text', { type: 'section' }, 'missing required field: text [json-pointer:/blocks/0]'],
    [
      'a header in mrkdwn',
      { type: 'header', text: mrkdwn(1) },
      'unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]',
    ],
    [
      'a text that is no object',
      { type: 'header', text: 'hello' },
      'must provide an object [json-pointer:/blocks/0/text]',
    ],
    [
      'a block that Slack knows and the page does not',
      { type: 'plan', title: 'x' },
      'unsupported type: plan [json-pointer:/blocks/0/type]',
    ],
    ['a block without type', {}, 'missing required field: type [json-pointer:/blocks/0]'],
    [
      'an input block',
      { type: 'input', label: plain(1), element: { type: 'plain_text_input' } },
      'unsupported type: input [json-pointer:/blocks/0/type]',
    ],
    [
      'an element of another block',
      actions({ type: 'plain_text_input' }),
      'unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]',
    ],
    [
      'a misspelt field',
      { type: 'divider', blockid: 'a' },
      'invalid additional property: blockid [json-pointer:/blocks/0]',
    ],
    [
      'a style that does not exist',
      actions(button({ style: 'green' })),
      'must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]',
    ],
    ['an empty actions block', actions(), 'no fewer than 1 items allowed [json-pointer:/blocks/0/elements]'],
    [
      'an option without value',
      overflow([{ text: plain(1) }]),
      'missing required field: value [json-pointer:/blocks/0/elements/0/options/0]',
    ],
    [
      'a link in a select',
      select({ options: [{ ...option(1), url: 'https://a' }] }),
      'invalid additional property: url [json-pointer:/blocks/0/elements/0/options/0]',
    ],
    [
      'an initial option that is none',
      select({ initial_option: option(2) }),
      'must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]',
    ],
    [
      'the same action_id twice in a block',
      actions(button({ action_id: 'a' }), button({ action_id: 'a' })),
      '`action_id` already exists: a [json-pointer:/blocks/0/elements/1/action_id]',
    ],
  ];
  test.each(cases)('%s', (_what, block, problem) => {
    expect(checkMessageBlocks([block])).toEqual({
      kind: 'invalid',
      error: 'invalid_blocks',
      problems: [problem],
    });
  });

  test('the same block_id twice', () => {
    const divider = { type: 'divider', block_id: 'a' };
    expect(checkMessageBlocks([divider, divider])).toMatchObject({
      problems: ['`block_id` already exists: a [json-pointer:/blocks/1/block_id]'],
    });
  });

  test('what is no array of objects', () => {
    for (const value of ['text', { type: 'divider' }, ['divider'], [null]])
      expect(checkMessageBlocks(value)).toMatchObject({ error: 'invalid_blocks_format' });
  });
});

test('the Web API refuses bad blocks in the shape of Slack, and posts nothing', async () => {
  const slack = await startSlack();
  try {
    const { chat, conversations } = webClient(slack);
    const { mirror: channel } = slack.channels;
    await conversations.join({ channel });
    const blocks = [{ type: 'header', text: plain(151) }];
    const problem = 'must be less than 151 characters [json-pointer:/blocks/0/text/text]';
    expect(await refusal(chat.postMessage({ channel, text: 'a', blocks }))).toMatchObject({
      ok: false,
      error: 'invalid_blocks',
      errors: [problem],
      response_metadata: { messages: [`[ERROR] ${problem}`] },
    });
    expect((await conversations.history({ channel })).messages).toEqual([]);
  } finally {
    await slack.close();
  }
});
