import { describe, expect, test } from '@jest/globals';
import { againstBefore, beforeLines } from '../../../bot/messages/before.ts';
import { renderCard } from '../../../bot/messages/card.ts';
import { findingsLines } from '../../../bot/messages/findings.ts';
import type { Before } from '../../../core/request/changes.ts';
import type { Flag } from '../../../core/request/flags.ts';
import type { Image } from '../../../core/request/image.ts';
import { BOB, CAROL, DIGEST, sampleFindings, sampleImage, sampleItem, START } from '../sample.ts';
import { read } from './checked.ts';

const line = (image: Partial<Image>, start: string): string | undefined =>
  read(renderCard(sampleItem(image)))
    .split('\n')
    .find((each) => each.startsWith(start));
const { plan, rule } = sampleImage();

describe('the card says', () => {
  test.each<[Flag, string]>([
    ['moving tag', '⚠ 1.21-alpine means another image tomorrow; this one is pinned'],
    ['new source', '⚠ first time that anybody asks for docker.io/library/nginx'],
    ['not official', '⚠ no official image of Docker Hub'],
    ['very large', '⚠ very large'],
    ['very old', '⚠ very old'],
    ['unknown age', '⚠ it does not say when it was built'],
  ])('what %s means', (flag, words) => {
    expect(line({ flags: [flag] }, '⚠')).toBe(words);
  });

  test('nothing to stop at where there is nothing', () => {
    expect(line({ flags: [] }, '⚠')).toBeUndefined();
  });

  test('what a new repository gets, and nothing of one that is there', () => {
    const settings = { tagMutability: 'IMMUTABLE_WITH_EXCLUSION', scanOnPush: true, encryption: 'KMS' };
    expect(line({ ...(plan && { plan: { ...plan, settings } }) }, '*Target*')).toContain(
      '(123456789012, eu-central-1): immutable tags, scan on push, encrypted with KMS',
    );
    const open = { tagMutability: 'MUTABLE', scanOnPush: false };
    expect(line({ ...(plan && { plan: { ...plan, settings: open } }) }, '*Target*')).toContain(
      ': tags that move, no scan on push',
    );
    expect(line({}, '*Target*')).not.toContain('scan on push');
  });

  test('what the team’s platforms take, each variant of them, where that is not all of it', () => {
    expect(line({ teamPlatforms: ['linux/amd64', 'linux/arm'] }, '*Size*')).toContain(
      '168 MB in all, 72 MB for linux/amd64, arm/v6, arm/v7, which team default runs',
    );
    for (const teamPlatforms of [[], ['windows/amd64'], ['linux']]) {
      expect(line({ teamPlatforms }, '*Size*')).not.toContain('runs');
    }
  });

  test('why these people are asked', () => {
    const matched = { ...(rule && { rule: { ...rule, matched: 'target base-images/*, size from 500 MB' } }) };
    expect(read(renderCard(sampleItem(matched)))).toContain(
      'rule base-images (target base-images/*, size from 500 MB): 1 approval',
    );
  });

  test('who changed the group of an approver, and that the glass was broken, under who let it in', () => {
    const group = { id: 'S01PLATFORM', changedAt: START, changedBy: CAROL };
    const text = read(
      renderCard(
        sampleItem({
          state: 'queued',
          approvals: [
            { by: BOB, at: START, group },
            { by: CAROL, at: START, group, glass: true },
          ],
          review: { by: CAROL, at: START, reason: 'down' },
        }),
      ),
    ).split('\n');
    expect(text.slice(2, 5)).toEqual([
      expect.stringMatching(/^Let in by <@U01CAROL001> alone, <!date/),
      expect.stringMatching(/^⚠ <!subteam\^S01PLATFORM> was changed <!date.*> by <@U01CAROL001>$/),
      '⚠ review owed: the glass was broken',
    ]);
  });
});

describe('against the image before', () => {
  const before: Before = {
    request: 'M-4C2T',
    tag: '1.20-alpine',
    digest: DIGEST,
    copiedAt: START - 90 * 86_400_000,
    sizeBytes: 166_000_000,
    platforms: ['linux/amd64', 'linux/riscv64'],
    counts: { CRITICAL: 3, HIGH: 3, LOW: 1 },
  };

  test('the card tells its age, size, platforms and findings', () => {
    const [text] = beforeLines(sampleImage({ before }), START);
    expect(text?.mrkdwn).toContain('`1.20-alpine`');
    expect(text?.mrkdwn).toContain('came in 3 months ago with M-4C2T; against it 2 MB more');
    expect(text?.mrkdwn).toContain('without linux/riscv64');
    expect(text?.mrkdwn).toContain('with 6 platforms besides');
    expect(text?.mrkdwn).toContain('its scan: 3 critical, 3 high');
  });

  test('the thread tells which severities became more or fewer, or that none did', () => {
    const words = (counts: Image['findings']) =>
      counts && againstBefore(sampleImage({ before }), counts)[0]?.mrkdwn;
    expect(words(sampleFindings)).toBe(
      'Against `1.20-alpine` (M-4C2T): 2 critical fewer, 7 medium more, 11 low more',
    );
    expect(words({ ...sampleFindings, counts: { CRITICAL: 3, HIGH: 3, LOW: 1 } })).toBe(
      'Against `1.20-alpine` (M-4C2T): the same counts',
    );
    expect(againstBefore(sampleImage({}), sampleFindings)).toEqual([]);
  });
});

test('the findings of each platform are told where they differ', () => {
  const byPlatform = ['linux/amd64', 'linux/arm64'].map((platform, n) => ({
    platform,
    counts: n === 0 ? { CRITICAL: 1, HIGH: 3 } : {},
  }));
  const lines = findingsLines({ ...sampleFindings, byPlatform }).map(({ mrkdwn }) => mrkdwn);
  expect(lines[1]).toBe('linux/amd64 1 critical, 3 high · linux/arm64 no findings');
  expect(findingsLines(sampleFindings)).toHaveLength(lines.length - 1);
});

test('of 500 findings one message tells the counts, the worst five, and how many more there are', () => {
  const [worst = sampleFindings.top[0]] = sampleFindings.top;
  if (!worst) throw new Error('no finding');
  const top = Array.from({ length: 5 }, (_, n) => ({ ...worst, id: `CVE-2024-${n}` }));
  const counts = { CRITICAL: 100, HIGH: 200, LOW: 200 };
  const lines = findingsLines({ ...sampleFindings, counts, top, total: 500 }).map(({ mrkdwn }) => mrkdwn);
  expect(lines[0]).toContain('■■■■■■■■ 100 critical · ■■■■■■■■ 200 high · 200 low');
  expect(lines.join('\n').match(/CVE-2024-/g)).toHaveLength(5);
  expect(lines.join('\n')).toContain('495 more findings');
});
