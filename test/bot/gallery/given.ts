import type { Message } from '../../../bot/messages/blocks.ts';
import { renderReply } from '../../../bot/messages/thread.ts';
import { linksAt } from '../../../bot/slack/links.ts';
import { digestOf, digestPrefix } from '../../../core/oci/digest.ts';
import type { EventBody, RequestEvent } from '../../../core/request/event.ts';
import type { FindingsSummary } from '../../../core/request/findings.ts';
import type { RecordedGate } from '../../../core/request/gate.ts';
import type { Image } from '../../../core/request/image.ts';
import type { RecordedRule } from '../../../core/request/recorded-rule.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import {
  approvedBy,
  BOB,
  CAROL,
  CHANNEL,
  DIGEST,
  GROUP,
  REPOSITORY_URI,
  sampleEntry,
  sampleFindings,
  sampleItem,
  sampleResult,
  START,
  withEvents,
} from '../sample.ts';

/** What the pictures are made of. */
export const LINKS = linksAt('https://acme.slack.com/');
export const OPS_CHANNEL = 'C01OPS00001';
export const OTHER_CHANNEL = 'C01SHOPFRNT';
export const OLD_DIGEST = digestOf(Buffer.from('the index of last spring'));
/** The tag of its own that an image gets beside one that stays. */
export const SUFFIXED = `1.21-alpine-${digestPrefix(DIGEST)}`;
export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
/** A card stands where it was asked for. */
export const CARD = {
  rev: 1,
  cursor: { event: 1, delivery: 0 },
  card: { channel: CHANNEL, ts: '1767603600.000100' },
} as const;
export const about = sampleEntry();

export const rule: RecordedRule = {
  name: 'base-images',
  matched: 'target base-images/*',
  decision: 'approve',
  approvals: 1,
  selfApproval: false,
  approvers: { users: [], userGroups: [GROUP] },
  configHash: 'c0ffee123456',
};
export const glassRule: RecordedRule = {
  ...rule,
  name: 'critical',
  matched: 'target base-images/critical/*',
  approvals: 2,
  breakGlass: { users: [CAROL], userGroups: [] },
};
const gate: RecordedGate = {
  severity: 'HIGH',
  onlyFixable: true,
  unrated: 'hold',
  unavailable: 'hold',
  expiresAfterMs: 7 * DAY_MS,
};
export const gatedRule: RecordedRule = { ...rule, gate };

const [zlib, openssl] = sampleFindings.top;
if (!zlib || !openssl) throw new Error('the sample has two findings');
export const findings: FindingsSummary = {
  ...sampleFindings,
  top: [
    zlib,
    { ...openssl, id: 'CVE-2023-0286', fixedIn: '1.1.1t-r0' },
    { ...openssl, fixedIn: '1.1.1t-r2' },
    { id: 'CVE-2022-29458', severity: 'HIGH', package: 'ncurses', version: '6.3_p20211120-r0' },
  ],
};

export const held: Partial<Image> = {
  state: 'held',
  rule: gatedRule,
  approvals: [approvedBy(BOB)],
  repositoryUri: REPOSITORY_URI,
  scan: 'found',
  findings,
  expiresAt: START + 7 * DAY_MS,
  gate: {
    verdict: 'held',
    at: START + 2 * 60_000,
    holding: { counts: { CRITICAL: 1, HIGH: 2 }, total: 3, top: findings.top.slice(0, 3) },
    unscanned: [],
  },
};

export const done: Partial<Image> = {
  state: 'copied',
  approvals: [approvedBy(BOB)],
  repositoryUri: REPOSITORY_URI,
  result: { ...sampleResult, pulls: 9 },
  scan: 'found',
  findings,
};

/** What came in before, and how this one differs. */
export const before = {
  request: 'M-2QX8',
  tag: '1.20-alpine',
  digest: OLD_DIGEST,
  copiedAt: START - 200 * DAY_MS,
  sizeBytes: 156_000_000,
  counts: { CRITICAL: 2, HIGH: 6, MEDIUM: 9, LOW: 10 },
  layers: { kept: 2, added: 4, addedBytes: 14_000_000 },
} satisfies Image['before'];

export const offered: EventBody = { type: 'offered', images: ['1'] };
export const approvedEvent = (images: readonly string[] = ['1']) => ({
  type: 'approved' as const,
  by: BOB,
  images,
  digests: images.map(() => DIGEST),
  configHash: 'c0ffee123456',
});

export const glassEvent = {
  type: 'brokeGlass',
  by: CAROL,
  images: ['1'],
  digests: [DIGEST],
  configHash: 'c0ffee123456',
  reason: 'the shop is down and its base image is not in ECR',
} as const;
export const copiedEvent = { type: 'copied', images: ['1'], digest: DIGEST, as: 'copied' } as const;

/** A request whose card stands in its channel. */
export const withCard = (image: Partial<Image> = {}, over: Partial<RequestItem> = {}): RequestItem =>
  sampleItem(image, { notifier: CARD, ...over });

/** The last of these events as it happened to the item. */
export function last(
  item: RequestItem,
  ...bodies: readonly EventBody[]
): { readonly event: RequestEvent; readonly item: RequestItem } {
  const told = withEvents(item, ...bodies);
  const event = told.events.at(-1);
  if (!event) throw new Error('no event');
  return { event, item: told };
}

export function replyTo(item: RequestItem, ...bodies: readonly EventBody[]): Message {
  const told = last(item, ...bodies);
  return renderReply(told.event, told.item);
}
