import { digestOf } from '../../../core/oci/digest.ts';
import { failures } from '../../../core/request/failure.ts';
import { ALICE, approvedBy, BOB, sampleResult, START } from '../sample.ts';
import {
  about,
  before,
  copiedEvent,
  done,
  findings,
  gatedRule,
  held,
  HOUR_MS,
  OLD_DIGEST,
  offered,
  replyTo,
  rule,
  SUFFIXED,
  withCard,
} from './given.ts';
import { atTheEnd, listOf } from './lists.ts';
import { reply } from './picture.ts';

const images = ['1'];
const lowOnes = ['CVE-2022-4899', 'CVE-2023-2650'].map((id) => ({
  id,
  severity: 'LOW' as const,
  package: 'busybox',
  version: '1.35.0-r17',
}));
const permission = failures.permissionMissing({
  ...about,
  action: 'ecr:UploadLayerPart',
  role: 'The role mirror-worker',
  reason: 'no identity policy allows it',
});

/** What the thread tells of the copy and its scan. */
export const copyReplies = {
  copied: {
    copied: reply('In ECR', 'The tag is put and verified.', replyTo(withCard(done), offered, copiedEvent)),
    'copied-beside-the-old': reply(
      'In ECR beside the old one',
      'The asked tag stood there with another digest and stays.',
      replyTo(
        withCard({
          ...done,
          target: { ...about.target, tag: SUFFIXED },
          moved: { tag: '1.21-alpine', from: OLD_DIGEST, by: 'suffix' },
        }),
        copiedEvent,
      ),
    ),
    'copied-and-moved': reply(
      'In ECR, with everything there may be to say',
      'The source’s tag has moved since the look-up, and the repository was there with other settings.',
      replyTo(
        withCard({
          ...done,
          result: {
            ...sampleResult,
            pulls: 9,
            createdRepository: false,
            tagMovedTo: digestOf(Buffer.from('a newer index')),
            drift: [{ setting: 'scanOnPush', wanted: 'on', found: 'off' }],
            referrers: { copied: { signature: 1, sbom: 2 }, refused: 0, newer: 1 },
          },
        }),
        copiedEvent,
      ),
    ),
    'copied-by-somebody-else': reply(
      'There already when the copy came',
      'Somebody else has put the approved digest there meanwhile.',
      replyTo(withCard({ ...done, state: 'unchanged' }), { ...copiedEvent, as: 'unchanged' }),
    ),
  },
  scanned: {
    scanned: reply(
      'Findings',
      'ECR has scanned what was copied.',
      replyTo(withCard(done), { type: 'scanned', images, as: 'found' }),
    ),
    'scanned-against-before': reply(
      'Findings, compared',
      'Platforms differ, and an image that came in before was scanned too.',
      replyTo(
        withCard({
          ...done,
          before,
          findings: {
            ...findings,
            byPlatform: [
              { platform: 'linux/amd64', counts: findings.counts },
              { platform: 'linux/arm64', counts: { HIGH: 2, LOW: 12 } },
            ],
            missing: [{ platform: 'linux/s390x', why: 'ECR does not scan it' }],
            change: {
              fixed: {
                count: 4,
                named: [
                  { id: 'CVE-2021-3711', severity: 'CRITICAL' },
                  { id: 'CVE-2021-3712', severity: 'HIGH' },
                ],
              },
              added: { count: 1, named: [{ id: 'CVE-2022-29458', severity: 'HIGH' }] },
            },
          },
        }),
        { type: 'scanned', images, as: 'found' },
      ),
    ),
    'scanned-clean': reply(
      'No findings, and the gate lets it through',
      'The rule has a scan gate, and the scan found nothing that holds it.',
      replyTo(
        withCard({
          ...done,
          state: 'pushed',
          rule: gatedRule,
          findings: { ...findings, counts: { LOW: 2 }, total: 2, top: lowOnes },
          gate: {
            verdict: 'passed',
            at: START,
            holding: { counts: {}, total: 0, top: [] },
            unscanned: [],
            excepted: ['CVE-2022-37434'],
          },
        }),
        { type: 'scanned', images, as: 'found', gate: 'passed' },
      ),
    ),
    'not-scanned': reply(
      'No scan',
      'ECR has not scanned it, and says why.',
      replyTo(withCard({ ...done, scan: 'unavailable', scanNote: 'ECR does not scan this kind of image' }), {
        type: 'scanned',
        images,
        as: 'unavailable',
      }),
    ),
  },
  held: {
    held: reply(
      'Held back by its scan',
      'The scan gate said no: what holds it, and who can release it until when.',
      replyTo(withCard(held), { type: 'held', images }),
    ),
  },
  delayed: {
    delayed: reply(
      'A copy waits',
      'The source’s pull limit is used up; told once for each cause.',
      replyTo(withCard({ rule, state: 'queued', approvals: [approvedBy(BOB)] }), offered, {
        type: 'delayed',
        images,
        code: 'sourceRateLimited',
        summary: failures.sourceRateLimited({ ...about, limit: 200 }).summary,
        until: START + 5 * HOUR_MS,
      }),
    ),
  },
  failed: {
    failed: reply(
      'Not copied',
      'The copy failed: what happened, what is kept, and who does what.',
      replyTo(withCard({ rule, state: 'failed', failure: permission }), {
        type: 'failed',
        images,
        code: permission.code,
      }),
    ),
  },
  retried: {
    retried: reply(
      'Tried again',
      'Somebody has clicked Retry.',
      replyTo(withCard({ rule, state: 'queued' }), { type: 'retried', by: ALICE, images }),
    ),
  },
  finished: {
    'list-done': reply(
      'A list is done',
      'Everything of a list has come to an end: one line tells all results.',
      replyTo(listOf(atTheEnd, { state: 'finished' }), { type: 'finished' }),
    ),
  },
};
