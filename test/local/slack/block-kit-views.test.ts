import { describe, expect, test } from '@jest/globals';
import { checkView } from '../../../local/slack/block-kit/view.ts';
import { many, mrkdwn, option, plain, x } from './sample-blocks.ts';

const input = (fields: object = {}, element: object = {}) => ({
  type: 'input',
  label: plain(1),
  element: { type: 'plain_text_input', ...element },
  ...fields,
});
const modal = (fields: object) => ({
  type: 'modal',
  title: plain(1),
  submit: plain(1),
  blocks: [input()],
  ...fields,
});

describe('choices and files in a dialog', () => {
  const problems = (element: object) => {
    const checked = checkView(modal({ blocks: [input({}, element)] }));
    return checked.kind === 'valid' ? [] : checked.problems;
  };
  const at = '[json-pointer:/view/blocks/0/element';

  test.each(['checkboxes', 'radio_buttons'])('%s have ten options at most', (type) => {
    expect(problems({ type, options: many(10, option) })).toEqual([]);
    expect(problems({ type, options: many(11, option) })).toEqual([
      `no more than 10 items allowed ${at}/options]`,
    ]);
    expect(problems({ type, options: [] })).toEqual([`no fewer than 1 items allowed ${at}/options]`]);
  });

  test('what is chosen at first is one of the options, the very same object', () => {
    const options = many(2, option);
    expect(problems({ type: 'checkboxes', options, initial_options: options })).toEqual([]);
    const other = { text: plain(2), value: '1' };
    expect(problems({ type: 'checkboxes', options, initial_options: [option(0), other] })).toEqual([
      `must be one of the provided options ${at}/initial_options/1]`,
    ]);
    expect(problems({ type: 'radio_buttons', options, initial_option: other })).toEqual([
      `must be one of the provided options ${at}/initial_option]`,
    ]);
  });

  test('a file input takes up to ten files', () => {
    expect(problems({ type: 'file_input', filetypes: ['txt'], max_files: 10 })).toEqual([]);
    expect(problems({ type: 'file_input', max_files: 11 })).toEqual([
      `must be between 1 and 10 ${at}/max_files]`,
    ]);
  });
});

const viewLimits: readonly [string, (size: number) => object, number, string][] = [
  ['title', (n) => modal({ title: plain(n) }), 24, '/view/title/text'],
  ['submit', (n) => modal({ submit: plain(n) }), 24, '/view/submit/text'],
  ['close', (n) => modal({ close: plain(n) }), 24, '/view/close/text'],
  ['callback_id', (n) => modal({ callback_id: x(n) }), 255, '/view/callback_id'],
  ['private_metadata', (n) => modal({ private_metadata: x(n) }), 3000, '/view/private_metadata'],
  ['blocks', (n) => modal({ blocks: many(n, () => ({ type: 'divider' })) }), 100, '/view/blocks'],
  ['label', (n) => modal({ blocks: [input({ label: plain(n) })] }), 2000, '/view/blocks/0/label/text'],
  ['hint', (n) => modal({ blocks: [input({ hint: plain(n) })] }), 2000, '/view/blocks/0/hint/text'],
  [
    'initial value',
    (n) => modal({ blocks: [input({}, { initial_value: x(n) })] }),
    3000,
    '/view/blocks/0/element/initial_value',
  ],
];

test.each(viewLimits)(
  'modal %s: the limit passes, one more is refused there',
  (_what, make, limit, pointer) => {
    expect(checkView(make(limit))).toMatchObject({ kind: 'valid' });
    const items = pointer.endsWith('s');
    const problem = items
      ? `no more than ${limit} items allowed`
      : `must be less than ${limit + 1} characters`;
    expect(checkView(make(limit + 1))).toEqual({
      kind: 'invalid',
      error: 'invalid_arguments',
      problems: [`${problem} [json-pointer:${pointer}]`],
    });
  },
);

test('a modal with inputs needs a submit button, one without does not', () => {
  const { submit: _submit, ...without } = modal({});
  expect(checkView(without)).toMatchObject({
    problems: ['missing required field: submit [json-pointer:/view]'],
  });
  expect(checkView({ ...without, blocks: [] })).toMatchObject({ kind: 'valid' });
});

test('min_length and max_length stay within 3,000', () => {
  const withLength = (length: object) => checkView(modal({ blocks: [input({}, length)] }));
  expect(withLength({ min_length: 0, max_length: 3000 })).toMatchObject({ kind: 'valid' });
  expect(withLength({ max_length: 3001 })).toMatchObject({ kind: 'invalid' });
  expect(withLength({ max_length: 0 })).toMatchObject({ kind: 'invalid' });
});

test('a view above 250 KB is too large, and another kind of view unknown', () => {
  const texts = many(84, () => ({ type: 'section', text: mrkdwn(3000) }));
  expect(checkView(modal({ blocks: texts }))).toMatchObject({ error: 'view_too_large' });
  expect(checkView(modal({ type: 'home' }))).toMatchObject({
    problems: ['unsupported type: home [json-pointer:/view/type]'],
  });
});
