import { describe, expect, test } from '@jest/globals';
import { renderCard } from '../../../bot/messages/card.ts';
import { renderClickRefusal } from '../../../bot/messages/clicks.ts';
import { lookingUp, refusal, renderPrivate } from '../../../bot/messages/private.ts';
import { renderReply } from '../../../bot/messages/thread.ts';
import type { EventBody } from '../../../core/request/event.ts';
import { failures } from '../../../core/request/failure.ts';
import type { Image } from '../../../core/request/image.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import {
  approvedBy,
  ALICE,
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
import { read } from './checked.ts';

const SHORT = 'sha256:1bc0…c6e6';
const AT_9_01 = '<!date^1767603660^{date_short_pretty} at {time}|2026-01-05 09:01 UTC>';
const { source, target } = sampleEntry();

const done: Partial<Image> = {
  state: 'copied',
  approvals: [approvedBy(BOB)],
  repositoryUri: REPOSITORY_URI,
  result: sampleResult,
  scan: 'found',
  findings: sampleFindings,
};

function reply(image: Partial<Image>, body: EventBody, over: Partial<RequestItem> = {}) {
  const item = withEvents(sampleItem(image, over), body);
  const event = item.events[0];
  if (!event) throw new Error('no event');
  return { thread: renderReply(event, item), privately: renderPrivate(event, item) };
}

describe('the card', () => {
  test('waiting: what, whither, how big, who may decide, and until when', () => {
    const card = renderCard(sampleItem({}, { reason: 'base image for the shop front end' }));
    expect(card.text).toBe(
      '<@U01ALICE001> asks to mirror nginx:1.21-alpine to base-images/nginx (24 MB, 7 platforms). It waits for <!subteam^S01PLATFORM>.',
    );
    expect(read(card).split('\n')).toEqual([
      '*nginx:1.21-alpine*  →  *base-images/nginx:1.21-alpine*',
      '● waiting for <!subteam^S01PLATFORM>',
      '*Source*  `docker.io/library/nginx:1.21-alpine` · official image · built 14 months ago',
      `*Digest*  \`${SHORT}\` · 7 platforms, 2 attestations`,
      "*Size*  24 MB a platform, 168 MB in all · 107 MB to copy, 61 MB already in ECR · 9 of Docker Hub's 200 pulls used, 183 left",
      '*Target*  new repository `base-images/nginx` in prod (123456789012, eu-central-1)',
      'Approve',
      'Deny',
      'Ask',
      'Cancel the request',
      'For who asked for it',
      `<@U01ALICE001> asks · rule base-images: 1 approval · expires <!date^1768208400^{date_short_pretty} at {time}|2026-01-12 09:00 UTC> · M-7F3K`,
      '“base image for the shop front end”',
    ]);
    expect(card.blocks.find(({ type }) => type === 'actions')).toMatchObject({
      elements: [
        {
          action_id: 'approve',
          value: 'M-7F3K',
          style: 'primary',
          accessibility_label: 'Approve nginx:1.21-alpine',
        },
        {
          action_id: 'deny',
          value: 'M-7F3K',
          style: 'danger',
          accessibility_label: 'Deny nginx:1.21-alpine',
        },
        { action_id: 'ask_question', value: 'M-7F3K' },
        { type: 'overflow', action_id: 'more', options: [{ value: 'cancel M-7F3K' }] },
      ],
    });
  });

  test('copying: how far, and who approved', () => {
    const progress = { stage: 'blobs', doneBytes: 74_000_000, totalBytes: 107_000_000 } as const;
    const work = { '1': { owner: 'w', fence: 1, until: START, progress } };
    const card = renderCard(sampleItem({ state: 'copying', approvals: [approvedBy(BOB)] }, { work }));
    expect(read(card).split('\n')).toEqual([
      '*nginx:1.21-alpine*  →  *base-images/nginx:1.21-alpine*',
      '◐ copying, 74 MB of 107 MB',
      `Approved by <@U01BOB00001>, ${AT_9_01}`,
      '<@U01ALICE001> asked · M-7F3K',
      'Cancel the request',
      'For who asked for it',
    ]);
  });

  test('done: what it is now, in two lines', () => {
    const card = renderCard(sampleItem(done, { state: 'finished' }));
    expect(card.text).toBe(
      '<@U01ALICE001> asked to mirror nginx:1.21-alpine to base-images/nginx: it is in ECR.',
    );
    expect(read(card).split('\n')).toEqual([
      '*nginx:1.21-alpine*  →  *base-images/nginx:1.21-alpine*',
      '✓ in ECR · 1 critical, 3 high',
      `Approved by <@U01BOB00001>, ${AT_9_01} · copied in 9 s · \`${SHORT}\``,
      '<@U01ALICE001> asked · M-7F3K',
    ]);
  });

  test('waiting for Docker Hub: until when, and that nobody has to do anything', () => {
    const failure = failures.sourceRateLimited({ source, limit: 200 });
    const card = renderCard(
      sampleItem({ state: 'queued', approvals: [approvedBy(BOB)], failure, notBefore: START + 60_000 }),
    );
    expect(read(card)).toContain(
      `● Docker Hub's pull limit is used up. The copy goes on by itself ${AT_9_01}`,
    );
  });

  test('denied and failed: by whom, and where to read on', () => {
    const denied = withEvents(sampleItem({ state: 'rejected' }), { type: 'denied', by: BOB, images: ['1'] });
    expect(read(renderCard(denied))).toContain('✕ denied by <@U01BOB00001>, <!date^');
    const failed = sampleItem({ state: 'failed', approvals: [approvedBy(BOB)] });
    expect(read(renderCard(failed))).toContain('✕ not copied · the thread says why and what to do');
  });
});

describe('the thread', () => {
  test('approved', () => {
    const event = { type: 'approved', by: BOB, images: ['1'], digests: [DIGEST], configHash: 'c' } as const;
    const { thread } = reply({ approvals: [approvedBy(BOB)] }, event);
    expect(thread.text).toBe('<@U01BOB00001> approved nginx:1.21-alpine.');
    expect(read(thread)).toBe('Approved by <@U01BOB00001>.');
    const rule = {
      name: 'r',
      decision: 'approve',
      approvals: 2,
      selfApproval: false,
      configHash: 'c',
    } as const;
    const two = reply(
      {
        rule: { ...rule, approvers: { users: [BOB], userGroups: [] } },
        approvals: [approvedBy(BOB, START), approvedBy('U01CAROL001', START + 9)],
      },
      event,
    );
    expect(read(two.thread)).toBe('Approved by <@U01BOB00001>: 1 of 2.');
  });

  test('denied, with the reason as it was typed', () => {
    const { thread } = reply({}, { type: 'denied', by: BOB, images: ['1'], reason: 'use *1.27*' });
    expect(thread.text).toBe('<@U01BOB00001> denied nginx:1.21-alpine: use *1.27*');
    expect(read(thread)).toBe('Denied by <@U01BOB00001>. Nothing is copied. The reason:\nuse *1.27*');
  });

  test('copied: address, the two lines people paste in one code block, and what it took', () => {
    const { thread } = reply(done, { type: 'copied', images: ['1'], digest: DIGEST, as: 'copied' });
    expect(thread.text).toBe(`nginx:1.21-alpine is in ECR: ${REPOSITORY_URI}:1.21-alpine`);
    expect(read(thread).split('\n')).toEqual([
      `In ECR: \`${REPOSITORY_URI}:1.21-alpine\``,
      `\`\`\`docker pull ${REPOSITORY_URI}@${DIGEST}`,
      `FROM ${REPOSITORY_URI}:1.21-alpine\`\`\``,
      '107 MB copied, 61 MB already there · 9 s · no pull · 2 attestations came along · the repository was created',
    ]);
  });

  test('copied, but somebody else had put it there: that is said', () => {
    const { thread } = reply(
      { ...done, state: 'unchanged' },
      { type: 'copied', images: ['1'], digest: DIGEST, as: 'unchanged' },
    );
    expect(read(thread)).toContain('Somebody else had put the approved digest there meanwhile.');
  });

  test('scanned: bars, the worst with their fix, and how many more', () => {
    const { thread } = reply(done, { type: 'scanned', images: ['1'], as: 'found' });
    expect(thread.text).toBe('The scan of nginx:1.21-alpine found 1 critical, 3 high.');
    expect(read(thread).split('\n')).toEqual([
      '*Scan of linux/amd64, arm64 and 2 more:*  ■ 1 critical · ■■■ 3 high · ■■■■■■■ 7 medium · 12 low',
      '```CVE-2022-37434  critical  zlib 1.2.12-r0 → 1.2.12-r2',
      'CVE-2023-0464   high      openssl 1.1.1n-r0  no fix yet```',
      'and 21 more findings in the ECR console',
    ]);
  });

  test('not scanned: why', () => {
    const { thread } = reply(
      { ...done, scan: 'unavailable', scanNote: 'ECR does not scan this kind of image' },
      { type: 'scanned', images: ['1'], as: 'unavailable' },
    );
    expect(read(thread)).toBe('⚠ No scan findings: ECR does not scan this kind of image.');
  });

  test('failed: what happened, what is kept, who acts, and the button', () => {
    const failure = failures.permissionMissing({
      source,
      target,
      action: 'ecr:UploadLayerPart',
      role: 'The role mirror-worker',
      reason: 'no identity policy allows it',
    });
    const { thread } = reply(
      { state: 'failed', failure },
      { type: 'failed', images: ['1'], code: failure.code },
    );
    expect(read(thread).split('\n')).toEqual([
      '✕ nginx:1.21-alpine was not copied. The role mirror-worker may not ecr:UploadLayerPart on base-images/nginx (no identity policy allows it).',
      'Nothing was tagged, and what is in ECR already is kept. Whoever runs the AWS account adds the permission. Then try again.',
      'Retry',
    ]);
  });

  test('expired: the command to ask again', () => {
    const { thread } = reply({ state: 'expired' }, { type: 'expired', images: ['1'] });
    expect(read(thread)).toBe(
      'Nobody decided in time, so nothing is copied. To ask again:\n```/mirror nginx:1.21-alpine base-images/nginx```\nAsk for it',
    );
  });
});

describe('what one person alone reads', () => {
  test('the command’s own answer', () => {
    expect(read(lookingUp(source, 'M-7F3K'))).toBe(
      'Looking up `nginx:1.21-alpine`. The request will appear here. (M-7F3K)',
    );
  });

  test('a refusal shows the corrected command, ready to paste', () => {
    const failure = failures.outsidePrefix({
      repository: 'nginx',
      team: 'shop',
      prefixes: ['shop'],
      command: '/mirror nginx:1.21-alpine shop/nginx',
    });
    expect(read(refusal([failure]))).toBe(
      'nginx is not a repository of team shop: its repositories start with shop.\nAsk for it as:\n```/mirror nginx:1.21-alpine shop/nginx```',
    );
  });

  test('already there: since when, or that no approval is on record', () => {
    const image = { state: 'unchanged', repositoryUri: REPOSITORY_URI } as const;
    const known = reply(
      { ...image, record: { request: 'M-0001', copiedAt: START + 60_000 } },
      { type: 'unchanged', images: ['1'] },
    );
    expect(read(known.privately).split('\n')).toEqual([
      `✓ \`nginx:1.21-alpine\` is already there: \`base-images/nginx:1.21-alpine\` (\`${SHORT}\`). Nothing was copied, nobody has to approve.`,
      `It came in with M-0001, ${AT_9_01}.`,
      `\`\`\`docker pull ${REPOSITORY_URI}@${DIGEST}`,
      `FROM ${REPOSITORY_URI}:1.21-alpine\`\`\``,
    ]);
    const unknown = reply(image, { type: 'unchanged', images: ['1'] });
    expect(read(unknown.privately)).toContain('no approval on record');
  });

  test('a click by somebody not entitled, the requester, and one too late', () => {
    const image = sampleImage();
    expect(read(renderClickRefusal({ kind: 'not an approver', image }))).toBe(
      'Only <!subteam^S01PLATFORM> can decide this (rule base-images). Nothing was changed.',
    );
    expect(read(renderClickRefusal({ kind: 'own request', image }))).toBe(
      'You asked for it, so a second person has to look: <!subteam^S01PLATFORM>. That is the selfApproval setting of rule base-images.',
    );
    const event = { type: 'approved', by: BOB, images: ['1'], digests: [DIGEST], configHash: 'c' } as const;
    const item = withEvents(sampleItem({ state: 'copying' }), event);
    expect(read(renderClickRefusal({ kind: 'decided', item }))).toBe(
      `<@U01BOB00001> approved this <!date^1767603600^{date_short_pretty} at {time}|2026-01-05 09:00 UTC>; it is being copied.`,
    );
    const cancelled = withEvents(sampleItem({ state: 'cancelled' }), {
      type: 'cancelled',
      by: ALICE,
      images: ['1'],
      offered: true,
    });
    expect(read(renderClickRefusal({ kind: 'decided', item: cancelled }))).toContain('Nothing is copied.');
  });
});
