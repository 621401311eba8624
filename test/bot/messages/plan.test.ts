import { expect, test } from '@jest/globals';
import { renderPlan } from '../../../bot/messages/plan.ts';
import { statusOf } from '../../../bot/messages/status.ts';
import { cellsOf } from '../../../bot/messages/table.ts';
import { failures } from '../../../core/request/failure.ts';
import { sampleEntry, sampleImage, sampleItem } from '../sample.ts';
import { expectSayable, read } from './checked.ts';
import { sampleList } from './sample-list.ts';

const failure = failures.sourcePrivate({ source: sampleEntry('app-2:1').source });
const auto = { ...sampleImage().rule, decision: 'auto' } as NonNullable<
  ReturnType<typeof sampleImage>['rule']
>;

test('a dry run tells what it is, how big, who would be asked, and the command to ask for it', () => {
  const plan = renderPlan(sampleItem({ state: 'refused' }, { dryRun: true }));
  expectSayable(plan);
  expect(plan.text).toBe('nginx:1.21-alpine would be offered to those who decide. Nothing was asked for.');
  const text = read(plan);
  expect(text).toContain('● would wait for <!subteam^S01PLATFORM> (rule base-images)');
  expect(text).toContain('107 MB to copy, 61 MB already in ECR');
  expect(text).toContain('```/mirror nginx:1.21-alpine base-images/nginx```');
  expect(text).toContain('A dry run: nothing was asked for, nobody was told · M-7F3K');
});

test('a dry run of what would be refused, is there already, or needs nobody says so', () => {
  const of = (image: Parameters<typeof sampleItem>[0]) => {
    const plan = renderPlan(sampleItem(image, { dryRun: true }));
    expectSayable(plan);
    return read(plan);
  };
  expect(of({ state: 'refused', failure })).toContain(`✕ ${failure.summary}\n${failure.hint}`);
  expect(of({ state: 'unchanged' })).toContain('✓ is in ECR already: nothing would be copied');
  expect(of({ state: 'refused', rule: auto })).toContain(
    '✓ would be let in by rule base-images, without a person',
  );
});

test('a dry run of a list is a row for each, and among one’s requests it is no refusal', () => {
  const item = sampleList(3, (n) => ({ state: 'refused', ...(n === 2 && { failure }) }), { dryRun: true });
  const plan = renderPlan(item);
  expectSayable(plan);
  expect(plan.text).toBe('2 of 3 images would be offered. Nothing was asked for.');
  const rows = plan.blocks.flatMap((block) => (block.type === 'table' ? cellsOf(block) : []));
  expect(rows.map((row) => row[3])).toEqual([
    'What would happen',
    '● waits for an approval (rule base-images)',
    `✕ ${failure.summary}`,
    '● waits for an approval (rule base-images)',
  ]);
  const [first, second] = Object.values(item.images);
  if (!first || !second) throw new Error('sample');
  expect(statusOf(item, '1', first).mrkdwn).toBe('✓ looked up only: a dry run');
  expect(statusOf(item, '2', second).mrkdwn).toContain('✕ not offered');
});
