import { describe, expect, test } from '@jest/globals';
import { withoutTables } from '../../../bot/slack/plain-tables.ts';
import { renderCard } from '../../../bot/messages/card.ts';
import { cellsOf } from '../../../bot/messages/table.ts';
import type { Message } from '../../../bot/messages/blocks.ts';
import { approvedBy, BOB, sampleFindings, sampleImage, START } from '../sample.ts';
import { expectSayable, read } from './checked.ts';
import { longName, sampleList } from './sample-list.ts';

const rowsOf = ({ blocks }: Message): readonly (readonly string[])[] =>
  blocks.flatMap((block) => (block.type === 'table' ? cellsOf(block) : []));

describe('the card of a list', () => {
  test('has a row for each image with its state, size and rule, and buttons for all and for a choice', () => {
    const item = sampleList(20, (n) => (n > 18 ? { state: 'unchanged' } : {}), { reason: 'new shop' });
    const card = renderCard(item);
    expectSayable(card);
    expect(rowsOf(card)).toHaveLength(21);
    expect(rowsOf(card)[1]).toEqual(['1', 'app-1:1', 'base-images/app-1', '● waiting', '24 MB']);
    expect(rowsOf(card)[20]?.[3]).toBe('✓ already in ECR');
    const text = read(card);
    expect(text).toContain('*20 images*\n● 18 of 20 waiting for a decision · 2 in ECR already');
    expect(text).toContain('● 18 images wait for <!subteam^S01PLATFORM> (rule base-images)');
    expect(text).toContain('*Size*  1.9 GB to copy, 1.1 GB already in ECR · 18 new repositories');
    expect(text).toContain('“new shop”');
    const json = JSON.stringify(card.blocks);
    expect(json).toContain('Approve all (18)');
    expect(json).toContain('Choose images');
    expect(card.text).toContain('asks to mirror 20 images');
  });

  test('names who may decide by each rule, and gathers what an approver should stop at', () => {
    const rule = sampleImage().rule;
    if (!rule) throw new Error('sample');
    const other = { ...rule, name: 'dev', approvals: 2, approvers: { users: [BOB], userGroups: [] } };
    const item = sampleList(6, (n) => ({
      ...(n > 4 && { rule: other }),
      ...(n % 2 === 0 && { flags: ['moving tag' as const] }),
    }));
    const text = read(renderCard(item));
    expect(text).toContain('● 4 images wait for <!subteam^S01PLATFORM> (rule base-images)');
    expect(text).toContain('● 2 images wait for <@U01BOB00001> (rule dev, 2 approvals each)');
    expect(text).toContain('⚠ moving tag: app-2:1, app-4:1 and app-6:1');
  });

  test('in quiet hours names nobody, by any of its rules', () => {
    const { rule } = sampleImage();
    const other = rule && { ...rule, name: 'dev', approvers: { users: [BOB], userGroups: [] } };
    const night = { reminders: [{ as: 'morning' as const, at: START }] };
    const card = renderCard(sampleList(3, (n) => ({ ...night, ...(n > 1 && other && { rule: other }) })));
    expectSayable(card);
    expect(`${card.text} ${read(card)}`).not.toMatch(/<!subteam|<@U01BOB/);
    expect(read(card)).toContain('● 1 image waits for the approvers of rule base-images');
    expect(read(card)).toContain('● 2 images wait for the approvers of rule dev');
  });

  test('shows each image’s own state at the same time, and no buttons when nobody has to decide', () => {
    const item = sampleList(
      6,
      (n) =>
        [
          { state: 'copying' as const, approvals: [approvedBy(BOB)] },
          { state: 'copied' as const, scan: 'found' as const, findings: sampleFindings },
          { state: 'failed' as const },
          { state: 'rejected' as const },
          { state: 'refused' as const },
          { state: 'queued' as const },
        ][n - 1] ?? {},
      {
        state: 'running',
        work: {
          '1': {
            owner: 'w',
            fence: 1,
            until: 0,
            progress: { stage: 'blobs', doneBytes: 74_000_000, totalBytes: 107_000_000 },
          },
        },
      },
    );
    const card = renderCard(item);
    expectSayable(card);
    expect(rowsOf(card).map((row) => row[3])).toEqual([
      'State',
      '◐ copying, 74 MB of 107 MB',
      '✓ in ECR, 1 critical, 3 high',
      '✕ not copied',
      '✕ denied',
      '✕ not offered',
      '◐ approved',
    ]);
    expect(
      card.blocks.some(
        ({ type }) => type === 'actions' && JSON.stringify(card.blocks).includes('Approve all'),
      ),
    ).toBe(false);
  });

  test('of a part says which part it is', () => {
    expect(read(renderCard(sampleList(2, () => ({}), { part: { nth: 2, of: 3 } })))).toContain(
      '*2 images* · part 2 of 3',
    );
  });

  test('with 25 names as long as they can be stays within Slack’s limits, with all rows and buttons', () => {
    const item = sampleList(25, longName, { reason: 'r'.repeat(500) });
    const card = renderCard(item);
    expectSayable(card);
    expect(rowsOf(card)).toHaveLength(26);
    expect(card.blocks.filter(({ type }) => type === 'actions')).toHaveLength(1);
    const plain = withoutTables(card);
    expectSayable(plain);
    expect(rowsOf(plain)).toEqual([]);
    for (let n = 1; n <= 25; n += 1) expect(read(plain)).toMatch(new RegExp(`(?:^|\n)${n} · ghcr`));
  });

  test('an image of which nothing is known has dashes for cells, never an empty one', () => {
    const item = sampleList(2, () => ({ state: 'refused', facts: undefined, rule: undefined }) as never);
    const card = renderCard(item);
    expectSayable(card);
    expect(rowsOf(card)[1]).toEqual(['1', 'app-1:1', 'base-images/app-1', '✕ not offered', '–']);
  });
});
