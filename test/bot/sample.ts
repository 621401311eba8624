import { type Digest, digestOf } from '../../core/oci/digest.ts';
import { parseEcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import { parseReference } from '../../core/oci/reference.ts';
import type { EventBody, RequestEvent } from '../../core/request/event.ts';
import { appendEvents } from '../../core/request/event.ts';
import type { FindingsSummary } from '../../core/request/findings.ts';
import type { Entry, Image } from '../../core/request/image.ts';
import { newRequest } from '../../core/request/new-request.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../core/request/timing.ts';

/** A Monday morning. */
export const START = Date.UTC(2026, 0, 5, 9);
export const ALICE = 'U01ALICE001';
export const BOB = 'U01BOB00001';
export const CAROL = 'U01CAROL001';
export const GROUP = 'S01PLATFORM';
export const WORKSPACE = 'T01ACME0001';
export const CHANNEL = 'C01IMAGEREQ';
export const REPOSITORY_URI = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/base-images/nginx';
export const DIGEST: Digest = digestOf(Buffer.from('index'));

const MB = 1_000_000;

export function sampleEntry(source = 'nginx:1.21-alpine', repository = 'base-images/nginx'): Entry {
  const parsed = parseReference(source);
  const name = parseEcrRepositoryName(repository);
  if (!parsed.ok || !name.ok) throw new Error('a bad sample');
  return {
    source: parsed.reference,
    target: {
      destination: 'prod',
      account: '123456789012',
      region: 'eu-central-1',
      repository: name.name,
      tag: parsed.reference.tag ?? 'latest',
    },
  };
}

const platform = (architecture: string, variant?: string) => ({
  platform: { os: 'linux', architecture, ...(variant && { variant }) },
  digest: digestOf(Buffer.from(`${architecture}${variant}`)),
  sizeBytes: 24 * MB,
});

/** An image as it was offered: seven platforms, two attestations, a part of it in ECR already. */
export function sampleImage(over: Partial<Image> = {}): Image {
  return {
    ...sampleEntry(),
    state: 'ready',
    sourceDigest: DIGEST,
    targetDigest: DIGEST,
    facts: {
      mediaType: 'application/vnd.oci.image.index.v1+json',
      platforms: ['386', 'amd64', 'arm64', 'ppc64le', 's390x']
        .map((architecture) => platform(architecture))
        .concat([platform('arm', 'v6'), platform('arm', 'v7')]),
      attestations: 2,
      sizeBytes: 168 * MB,
      createdAt: START - 426 * 86_400_000,
    },
    plan: {
      missingBytes: 107 * MB,
      presentBytes: 61 * MB,
      missingBlobs: 12,
      createsRepository: true,
      pulls: { cost: 9, limit: 200, remaining: 183 },
    },
    rule: {
      name: 'base-images',
      decision: 'approve',
      approvals: 1,
      selfApproval: false,
      approvers: { users: [], userGroups: [GROUP] },
      configHash: 'c0ffee123456',
    },
    approvals: [],
    expiresAt: START + 7 * 86_400_000,
    since: START,
    attempt: 0,
    notBefore: 0,
    scan: 'none',
    ...over,
  };
}

export const sampleResult = {
  copiedAt: START + 60_000,
  tookMs: 9_000,
  copiedBytes: 107 * MB,
  presentBytes: 61 * MB,
  pulls: 0,
  attestations: 2,
  createdRepository: true,
};

export const sampleFindings: FindingsSummary = {
  counts: { CRITICAL: 1, HIGH: 3, MEDIUM: 7, LOW: 12 },
  top: [
    {
      id: 'CVE-2022-37434',
      severity: 'CRITICAL',
      package: 'zlib',
      version: '1.2.12-r0',
      fixedIn: '1.2.12-r2',
    },
    { id: 'CVE-2023-0464', severity: 'HIGH', package: 'openssl', version: '1.1.1n-r0' },
  ],
  total: 23,
  platforms: ['linux/amd64', 'linux/arm64', 'linux/386', 'linux/s390x'],
  missing: [],
};

/** A request with one image in this state, as it lies in the store. */
export function sampleItem(image: Partial<Image> = {}, over: Partial<RequestItem> = {}): RequestItem {
  const fresh = newRequest({
    id: 'M-7F3K',
    hash: 'ab'.repeat(32),
    workspace: WORKSPACE,
    requester: ALICE,
    channel: CHANNEL,
    team: 'default',
    entries: { '1': sampleEntry() },
    now: START,
    timing: DEFAULT_TIMING,
  });
  return { ...fresh, state: 'pending', images: { '1': sampleImage(image) }, ...over };
}

/** The same request with these events told of, stamped a minute apart. */
export function withEvents(item: RequestItem, ...bodies: readonly EventBody[]): RequestItem {
  const events = bodies.reduce(
    (list: readonly RequestEvent[], body, at) =>
      appendEvents(list, [body], { at: START + at * 60_000, token: `token-${at}` }),
    item.events,
  );
  return { ...item, events };
}

export const approvedBy = (by: string, at = START + 60_000) => ({ by, at, group: { id: GROUP } });
