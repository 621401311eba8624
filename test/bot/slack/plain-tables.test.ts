import { expect, test } from '@jest/globals';
import { renderCard } from '../../../bot/messages/card.ts';
import type { Message } from '../../../bot/messages/blocks.ts';
import type { Slack } from '../../../bot/slack/client.ts';
import { plainTables } from '../../../bot/slack/plain-tables.ts';
import type { SlackAnswer } from '../../../bot/slack/errors.ts';
import { quiet } from '../../integration/quiet.ts';
import { sampleItem } from '../sample.ts';
import { sampleList } from '../messages/sample-list.ts';

const OK = { kind: 'ok', value: { ts: '1.1', channel: 'C1' } } as const;

/** A workspace that answers each post as told, and remembers what it was sent. */
function workspace(answers: readonly SlackAnswer<{ ts: string; channel: string }>[]) {
  const sent: Message[] = [];
  const warnings: string[] = [];
  const unused = () => {
    throw new Error('not asked for here');
  };
  const slack: Slack = {
    post: async ({ message }) => {
      sent.push(message);
      return answers[sent.length - 1] ?? OK;
    },
    edit: async (_channel, _ts, message) => {
      sent.push(message);
      return { kind: 'ok', value: null };
    },
    whisper: unused,
    openDm: unused,
    enter: unused,
    find: unused,
    findAll: unused,
    remove: unused,
    waitFor: () => 0,
  };
  const plain = plainTables(slack, (level, message, fields) => {
    if (level === 'warn') warnings.push(message);
    quiet(level, message, fields);
  });
  const post = (message: Message) => plain.post({ channel: 'C1', message, key: 'k' });
  return { plain, post, sent, warnings };
}
const hasTable = ({ blocks }: Message): boolean => blocks.some(({ type }) => type === 'table');
const list = renderCard(sampleList(3));

test('a workspace that takes no tables gets plain sections, once refused no table is tried, and one line is logged', async () => {
  const { plain, post, sent, warnings } = workspace([{ kind: 'refused', code: 'invalid_blocks' }]);
  expect(await post(list)).toEqual(OK);
  expect(sent.map(hasTable)).toEqual([true, false]);
  await post(list);
  await plain.edit('C1', '1.1', list);
  expect(sent.map(hasTable)).toEqual([true, false, false, false]);
  expect(JSON.stringify(sent.at(-1)?.blocks)).toContain('1 · app-1:1 · base-images/app-1 · ● waiting');
  expect(warnings).toHaveLength(1);
});

test('a refusal for another reason, and one that plain sections do not mend, changes nothing for the next message', async () => {
  const { post, sent, warnings } = workspace([
    { kind: 'refused', code: 'channel_not_found' },
    { kind: 'refused', code: 'invalid_blocks' },
    { kind: 'refused', code: 'invalid_blocks' },
  ]);
  expect(await post(list)).toMatchObject({ code: 'channel_not_found' });
  expect(await post(list)).toMatchObject({ code: 'invalid_blocks' });
  expect(sent.map(hasTable)).toEqual([true, true, false]);
  await post(list);
  expect(sent.map(hasTable)).toEqual([true, true, false, true]);
  expect(warnings).toEqual([]);
});

test('no answer is never said again: it may have been posted', async () => {
  const { post, sent } = workspace([{ kind: 'unknown', detail: 'timeout' }]);
  expect(await post(list)).toMatchObject({ kind: 'unknown' });
  expect(sent).toHaveLength(1);
});

test('a message without a table goes as it is, also where its blocks are refused', async () => {
  const { post, sent } = workspace([{ kind: 'refused', code: 'invalid_blocks' }]);
  expect(await post(renderCard(sampleItem()))).toMatchObject({ code: 'invalid_blocks' });
  expect(sent).toHaveLength(1);
});
