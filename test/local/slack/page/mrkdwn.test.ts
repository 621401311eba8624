import { describe, expect, test } from '@jest/globals';
import {
  type Inline,
  type MrkdwnBlock,
  parseMrkdwn,
  plainText,
} from '../../../../local/slack/page/mrkdwn-parse.ts';

const text = (value: string): Inline => ({ kind: 'text', text: value });
const bold = (...children: readonly Inline[]): Inline => ({ kind: 'bold', children });
const italic = (...children: readonly Inline[]): Inline => ({ kind: 'italic', children });
const strike = (...children: readonly Inline[]): Inline => ({ kind: 'strike', children });
const code = (value: string): Inline => ({ kind: 'code', text: value });
const link = (url: string, label = url): Inline => ({ kind: 'link', url, label });
const paragraph = (...children: readonly Inline[]): MrkdwnBlock => ({ kind: 'paragraph', children });

const lines: readonly (readonly [string, string, readonly Inline[]])[] = [
  ['plain text is text', 'nothing special', [text('nothing special')]],
  ['stars are bold', '*bold* word', [bold(text('bold')), text(' word')]],
  ['underscores are italic', '_so_', [italic(text('so'))]],
  ['tildes strike', '~gone~', [strike(text('gone'))]],
  ['emphasis nests', '*a _b_ c*', [bold(text('a '), italic(text('b')), text(' c'))]],
  [
    'emphasis may stand in punctuation',
    '(*a*), "_b_"',
    [text('('), bold(text('a')), text('), "'), italic(text('b')), text('"')],
  ],
  ['underscores inside a word are text', 'base_images_nginx', [text('base_images_nginx')]],
  ['a mark before a space opens nothing', '2 * 3 * 4', [text('2 * 3 * 4')]],
  ['a mark after a space closes nothing', '*a *', [text('*a *')]],
  ['a lonely mark is text', 'sha256-* tags', [text('sha256-* tags')]],
  ['a mark glued to the next word closes nothing', '*a*b', [text('*a*b')]],
  ['two marks are text', '** and __', [text('** and __')]],
  ['code keeps its marks', '`*not bold* <@U1>`', [code('*not bold* <@U1>')]],
  ['code shields a mark inside emphasis', '*a `*` b*', [bold(text('a '), code('*'), text(' b'))]],
  ['empty code is text', '``', [text('``')]],
  ['a link with a label', '<https://a.example/x|the page>', [link('https://a.example/x', 'the page')]],
  ['a link without a label shows its address', '<https://a.example>', [link('https://a.example')]],
  ['a bold link', '*<https://a.example|x>*', [bold(link('https://a.example', 'x'))]],
  [
    'entities in an address are decoded once',
    '<https://a.example/?a=1&amp;b=2|q>',
    [link('https://a.example/?a=1&b=2', 'q')],
  ],
  [
    'a javascript address is never a link',
    '<javascript:alert(1)|click>',
    [text('<javascript:alert(1)|click>')],
  ],
  ['a data address is never a link', '<data:text/html,x|click>', [text('<data:text/html,x|click>')]],
  ['an address without a host is never a link', '<https://|x>', [text('<https://|x>')]],
  [
    'markup is text',
    '<b>x</b> <img src=x onerror=alert(1)>',
    [text('<b>x</b> <img src=x onerror=alert(1)>')],
  ],
  [
    'a bare address is linked',
    'see https://a.example/b_c_d, or',
    [text('see '), link('https://a.example/b_c_d'), text(', or')],
  ],
  [
    'the dot that ends a sentence is not part of an address',
    'https://a.example/x.',
    [link('https://a.example/x'), text('.')],
  ],
  ['a user', '<@U0ALICE>', [{ kind: 'user', id: 'U0ALICE' }]],
  ['a channel with its name', '<#C1|mirror>', [{ kind: 'channel', id: 'C1', label: 'mirror' }]],
  [
    'a user group',
    '<!subteam^S1|@platform-approvers>',
    [{ kind: 'group', id: 'S1', label: '@platform-approvers' }],
  ],
  [
    'everybody',
    '<!here> <!channel>',
    [{ kind: 'everyone', name: 'here' }, text(' '), { kind: 'everyone', name: 'channel' }],
  ],
  ['an escaped mention is text', '&lt;!channel&gt;', [text('<!channel>')]],
  [
    'a date',
    '<!date^1795511700^{date_short} at {time}|1 Dec, 10:15>',
    [{ kind: 'date', seconds: 1795511700, format: '{date_short} at {time}', fallback: '1 Dec, 10:15' }],
  ],
  [
    'a date with a link',
    '<!date^1795511700^{time}^https://a.example/|x>',
    [{ kind: 'date', seconds: 1795511700, format: '{time}', fallback: 'x', url: 'https://a.example/' }],
  ],
  [
    'a date with a bad link keeps the date',
    '<!date^1^{time}^javascript:x|x>',
    [{ kind: 'date', seconds: 1, format: '{time}', fallback: 'x' }],
  ],
  ['entities are decoded once', '&amp;lt; &lt;b&gt; &quot;', [text('&lt; <b> &quot;')]],
  ['emoji names stay text', ':white_check_mark: done', [text(':white_check_mark: done')]],
];

describe('a line of mrkdwn', () => {
  test.each(lines)('%s', (_title, source, expected) => {
    expect(parseMrkdwn(source)).toEqual([paragraph(...expected)]);
  });

  test('unclosed brackets and marks end', () => {
    for (const source of [
      '<',
      '<@',
      '*',
      '`',
      '```',
      '<!date^',
      '<|>',
      '*'.repeat(3000),
      '_a '.repeat(800),
    ]) {
      expect(parseMrkdwn(source)).toHaveLength(1);
    }
  });
});

describe('blocks of mrkdwn', () => {
  test('emphasis does not cross a line', () => {
    expect(parseMrkdwn('*a\nb*')).toEqual([paragraph(text('*a\nb*'))]);
  });

  test('neighbouring quoted lines are one quote, written raw or as an entity', () => {
    expect(parseMrkdwn('> a\n&gt; *b*\nc')).toEqual([
      { kind: 'quote', children: [text('a\n'), bold(text('b'))] },
      paragraph(text('c')),
    ]);
  });

  test('a code fence keeps everything, on its own lines or not', () => {
    expect(parseMrkdwn('before\n```\ndocker pull *x* &amp;&amp; y\n```\nafter')).toEqual([
      paragraph(text('before')),
      { kind: 'pre', text: 'docker pull *x* && y' },
      paragraph(text('after')),
    ]);
    expect(parseMrkdwn('```a```')).toEqual([{ kind: 'pre', text: 'a' }]);
  });

  test('an unclosed fence is text', () => {
    expect(parseMrkdwn('```a')).toEqual([paragraph(text('```a'))]);
  });

  test('bullets and indentation stay as they are written', () => {
    expect(parseMrkdwn('• a\n    • b')).toEqual([paragraph(text('• a\n    • b'))]);
  });
});

test('plainText knows three entities and no more', () => {
  expect(plainText('&lt;&gt;&amp;&nbsp;')).toBe('<>&&nbsp;');
});
