import { describe, expect, test } from '@jest/globals';
import { HELP_TOPICS } from '../../../bot/commands/subcommand.ts';
import { renderAsked, renderUnsure } from '../../../bot/messages/asked.ts';
import { renderCancelAnswer } from '../../../bot/messages/cancelled.ts';
import { formNotOpened, formOffered, listOffered } from '../../../bot/messages/form-hint.ts';
import { renderHelp } from '../../../bot/messages/help.ts';
import { mrkdwn } from '../../../bot/messages/mrkdwn.ts';
import { renderHistory, renderStanding } from '../../../bot/messages/repository.ts';
import { renderRequestDetails, unknownRequest } from '../../../bot/messages/request-details.ts';
import { renderRequestList } from '../../../bot/messages/request-list.ts';
import { linksAt } from '../../../bot/slack/links.ts';
import { ADOPTED } from '../../../core/request/changes.ts';
import { failures } from '../../../core/request/failure.ts';
import { END_STATES, type Image, type ImageState } from '../../../core/request/image.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import {
  approvedBy,
  BOB,
  DIGEST,
  REPOSITORY_URI,
  sampleEntry,
  sampleFindings,
  sampleImage,
  sampleItem,
  sampleResult,
  START,
  withEvents,
} from '../sample.ts';
import { expectSayable, expectSentence, read } from './checked.ts';

const LINKS = linksAt('https://acme.slack.com/');
const NO_LINKS = linksAt(undefined);
const CARD = { rev: 1, cursor: { event: 1, delivery: 0 }, card: { channel: 'C1', ts: '1.2' } };
const { source, target } = sampleEntry();
const [team] = sampleConfig().teams;
const where = { name: 'prod', account: '123456789012', region: 'eu-central-1' };

const states = ['ready', 'queued', 'copying', 'pushed', 'held', ...END_STATES] as const;
const MARKS: Readonly<Record<ImageState, RegExp>> = {
  ready: /● waiting for/,
  queued: /◐ approved/,
  copying: /◐ copying/,
  pushed: /◐ copied, waiting for its scan/,
  held: /⚠ held back/,
  refused: /✕ not offered/,
  unchanged: /✓ already in ECR/,
  rejected: /✕ denied/,
  expired: /✕ expired/,
  cancelled: /✕ cancelled/,
  left: /✕ left untagged/,
  copied: /✓ in ECR/,
  failed: /✕ not copied/,
};

const imageIn = (state: ImageState): Partial<Image> => ({
  state,
  approvals: [approvedBy(BOB)],
  ...(state === 'failed' && { failure: failures.sourceRateLimited({ source, limit: 200 }) }),
  ...((state === 'copied' || state === 'unchanged') && {
    repositoryUri: REPOSITORY_URI,
    result: sampleResult,
    scan: 'found',
    findings: sampleFindings,
  }),
});

describe('a request in every state, as a line of a list and by itself', () => {
  test.each(states)('%s', (state) => {
    const item = withEvents(
      sampleItem(imageIn(state), { notifier: CARD, reason: 'for the shop' }),
      { type: 'offered', images: ['1'] },
      { type: 'approved', by: BOB, images: ['1'], digests: [DIGEST], configHash: 'c0ffee123456' },
    );
    const list = renderRequestList({
      head: 'Your requests, newest first.',
      items: [item],
      empty: 'None.',
      links: LINKS,
    });
    const alone = renderRequestDetails(item, { links: LINKS, mayCancel: true });
    for (const message of [list, alone]) {
      expectSayable(message);
      expect(read(message)).toMatch(MARKS[state]);
      expect(read(message)).toContain('<https://acme.slack.com/archives/C1/p12|');
    }
    expect(read(alone)).toMatch(/approved by <@U01BOB00001>/);
    expect(read(alone)).toContain('“for the shop”');
    expect(read(alone).includes('docker pull')).toBe(state === 'copied' || state === 'unchanged');
    expectSentence(list.text);
  });

  test('that is being looked up says so, and what it waits for', () => {
    const item = sampleItem({}, { state: 'resolving', images: {} });
    const busy = {
      type: 'delayed',
      images: ['1'],
      code: 'x',
      summary: 'Docker Hub does not answer.',
      until: START,
    } as const;
    for (const [each, says] of [
      [item, /● being looked up/],
      [withEvents(item, busy), /● being looked up: Docker Hub does not answer\./],
    ] as const) {
      const alone = renderRequestDetails(each, { links: NO_LINKS, mayCancel: false });
      expectSayable(alone);
      expect(read(alone)).toMatch(says);
    }
  });

  test('of 25 images is counted by kind and fits Slack’s limits', () => {
    const kinds: readonly ImageState[] = ['ready', 'copying', 'copied', 'failed', 'rejected'];
    const images = Object.fromEntries(
      Array.from({ length: 25 }, (_, n) => [String(n + 1), sampleImage(imageIn(kinds[n % 5] ?? 'ready'))]),
    );
    const entries = Object.fromEntries(Object.keys(images).map((id) => [id, sampleEntry()]));
    const item = sampleItem({}, { images, entries });
    const list = renderRequestList({
      head: 'Your requests, newest first.',
      items: Array.from({ length: 8 }, () => item),
      empty: 'None.',
      links: LINKS,
      older: 'mine 1/M-7F3K',
    });
    expectSayable(list);
    expect(read(list)).toContain('● 5 waiting · ◐ 5 being copied · ✓ 5 in ECR · ✕ 10 not copied');
    expect(list.blocks.at(-1)).toMatchObject({ type: 'actions' });
    const alone = renderRequestDetails(item, { links: LINKS, mayCancel: true });
    expectSayable(alone);
    expect(alone.blocks.at(-1)).toMatchObject({ type: 'actions' });
    expectSayable(renderAsked(item, { paused: false, where: mrkdwn`here` }));
  });
});

test('a list of nothing says what can be typed', () => {
  expect(read(renderRequestList({ head: 'x', items: [], empty: 'Nothing yet.', links: LINKS }))).toBe(
    'Nothing yet.',
  );
});

describe('a repository', () => {
  const current = { sourceDigest: DIGEST, targetDigest: DIGEST, request: 'M-7F3K', copiedAt: START };
  const done = sampleItem(imageIn('copied'), { state: 'finished' });
  const { rule } = sampleImage();
  const auto = sampleItem(rule ? { rule: { ...rule, name: 'patches', decision: 'auto' } } : {});

  test('tells who let each tag in: people, a rule, nobody that is known, or somebody before Mirror', () => {
    const rows = [
      { by: done, request: 'M-7F3K' },
      { by: auto, request: 'M-7F3K' },
      { request: 'M-G0NE' },
      { request: ADOPTED },
    ];
    const page = renderHistory({
      name: 'base-images/nginx',
      rows: rows.map((row) => ({ ...current, ...row, tag: '1.21', where })),
      total: 40,
      more: true,
      links: LINKS,
      older: 'history 10 base-images/nginx',
    });
    expectSayable(page);
    const said = read(page);
    expect(said).toMatch(/asked by <@U01ALICE001>, approved by <@U01BOB00001>/);
    expect(said).toMatch(/let in by rule patches/);
    expect(said).toMatch(/\(M-G0NE\)/);
    expect(said).toMatch(/before Mirror took over/);
    expect(said).toMatch(/name a tag to see all of it/);
  });

  test('tells what stands under each tag, and what is about to be written', () => {
    const standing = renderStanding({
      name: 'base-images/nginx',
      tags: [
        { version: 1, tag: '1.22', where, wants: sampleItem() },
        { version: 2, tag: '1.21', where, current, by: done },
      ],
      total: 14,
      more: false,
      links: LINKS,
    });
    expectSayable(standing);
    expect(read(standing)).toMatch(/not in ECR by Mirror yet\n● waiting for/);
    expect(read(standing)).toMatch(/and 12 more/);
  });

  test('of which nothing is known says how to ask', () => {
    for (const nothing of [
      renderHistory({ name: 'base-images/x:1', rows: [], total: 0, more: false, links: LINKS }),
      renderStanding({ name: 'base-images/x:1', tags: [], total: 0, more: false, links: LINKS }),
    ]) {
      expectSayable(nothing);
      expect(read(nothing)).toContain('/mirror nginx:1.27-alpine base-images/x');
    }
  });
});

test('every other private answer can be said, and is a sentence', () => {
  const item = sampleItem();
  const answers = [
    renderCancelAnswer({ kind: 'cancelled', item: withEvents(item, { type: 'offered', images: ['1'] }) }),
    renderCancelAnswer({ kind: 'too late', item }),
    renderCancelAnswer({ kind: 'not yours', item }),
    renderCancelAnswer({ kind: 'not checked', item }),
    renderCancelAnswer({ kind: 'unknown', id: 'M-7F3K' }),
    renderCancelAnswer({ kind: 'not read', id: 'M-7F3K' }),
    renderCancelAnswer({ kind: 'unsure', id: 'M-7F3K' }),
    renderAsked(item, { paused: true, where: mrkdwn`here` }),
    renderUnsure([{ source, target }]),
    unknownRequest('M-7F3K'),
    formNotOpened(),
    formOffered(),
    listOffered(),
    ...(team ? [renderHelp(team), ...HELP_TOPICS.map((topic) => renderHelp(team, topic))] : []),
  ];
  expect(answers).toHaveLength(14 + HELP_TOPICS.length);
  for (const answer of answers) {
    expectSayable(answer);
    expectSentence(answer.text);
  }
});
