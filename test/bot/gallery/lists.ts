import { failures } from '../../../core/request/failure.ts';
import type { Entry, Image } from '../../../core/request/image.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { approvedBy, BOB, sampleEntry, sampleImage, sampleItem, sampleResult } from '../sample.ts';
import { CARD, findings } from './given.ts';

const NAMES = [
  ['nginx:1.27-alpine', 'base-images/nginx'],
  ['redis:7.2-alpine', 'base-images/redis'],
  ['postgres:16.3', 'base-images/postgres'],
  ['ghcr.io/acme/deploy-tools:4.2.0', 'base-images/deploy-tools'],
  ['quay.io/prometheus/node-exporter:v1.8.1', 'base-images/node-exporter'],
] as const;

const MB = 1_000_000;
const SIZES = [21 * MB, 17 * MB, 149 * MB, 88 * MB, 12 * MB];

/** A request for five images; `over` says how each stands. */
export function listOf(
  over: (n: number) => Partial<Image> = () => ({}),
  more: Partial<RequestItem> = {},
): RequestItem {
  const images = Object.fromEntries(
    NAMES.map(([source, repository], at): [string, Image] => {
      const sizeBytes = SIZES[at] ?? MB;
      const entry = sampleEntry(source, repository);
      const image = sampleImage(entry);
      const { facts, plan } = image;
      return [
        String(at + 1),
        {
          ...image,
          ...(facts && {
            facts: { ...facts, platforms: facts.platforms.map((each) => ({ ...each, sizeBytes })) },
          }),
          ...(plan && { plan: { ...plan, missingBytes: sizeBytes * 7, presentBytes: 0 } }),
          repositoryUri: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/${repository}`,
          ...over(at + 1),
        },
      ];
    }),
  );
  const entries = Object.fromEntries(
    Object.entries(images).map(([id, { source, target }]): [string, Entry] => [id, { source, target }]),
  );
  return sampleItem({}, { images, entries, notifier: CARD, reason: 'the new shop', ...more });
}

const { source } = sampleEntry('postgres:16.3');

/** Each image as it may stand in the middle of it, and at the end. */
export const working = (n: number): Partial<Image> => ({
  ...inTheMiddle[n - 1],
  ...(n < 5 && { approvals: [approvedBy(BOB)] }),
});
const ended: Partial<Image> = { state: 'copied', result: sampleResult, scan: 'found', findings };
const inTheMiddle: readonly Partial<Image>[] = [
  ended,
  { state: 'copying' },
  { state: 'queued' },
  { state: 'failed', failure: failures.sourceUnreachable({ source, detail: 'connection reset' }) },
  { state: 'ready' },
];
export const atTheEnd = (n: number): Partial<Image> => ({ ...theEnd[n - 1], approvals: [approvedBy(BOB)] });
const theEnd: readonly Partial<Image>[] = [
  ended,
  { ...ended, findings: { ...findings, counts: { LOW: 2 }, total: 2 } },
  { state: 'failed', failure: failures.sourceUnreachable({ source, detail: 'connection reset' }) },
  { ...ended, findings: { ...findings, counts: {}, total: 0, top: [] } },
  { state: 'rejected', approvals: [] },
];
