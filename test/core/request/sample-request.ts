import { type Digest, digestOf } from '../../../core/oci/digest.ts';
import { parseEcrRepositoryName } from '../../../core/oci/ecr-repository-name.ts';
import { parseReference } from '../../../core/oci/reference.ts';
import { decide } from '../../../core/request/decide.ts';
import type { Entry, Target } from '../../../core/request/image.ts';
import type { Input, Outcome } from '../../../core/request/input.ts';
import { newRequest } from '../../../core/request/new-request.ts';
import { newRun } from '../../../core/request/new-run.ts';
import type { RecordedRule } from '../../../core/request/recorded-rule.ts';
import type { RunNote } from '../../../core/request/scheduling.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';

/** A Monday morning; every sample request is made then. */
export const START = Date.UTC(2026, 0, 5, 9);
export const HOUR = 3_600_000;
export const WEEK = 7 * 24 * HOUR;

export const OTTO = 'U0OTTO';
export const ALICE = 'U0ALICE';
export const BOB = 'U0BOB';

export const sampleDigest = (text: string): Digest => digestOf(Buffer.from(text));

export function sampleSource(text = 'nginx:1.21-alpine'): Entry['source'] {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.reference;
}

export function sampleTarget(repository = 'base-images/nginx', tag = '1.21-alpine'): Target {
  const parsed = parseEcrRepositoryName(repository);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return {
    destination: 'prod',
    account: '123456789012',
    region: 'eu-central-1',
    repository: parsed.name,
    tag,
  };
}

/** A request just put, with this many images. */
export function sampleRequest(images = 1): RequestItem {
  const entries: Record<string, Entry> = {};
  for (let n = 1; n <= images; n += 1) {
    entries[n] = { source: sampleSource(`app${n}:1.0`), target: sampleTarget(`base-images/app${n}`, '1.0') };
  }
  return newRequest({
    id: 'M-7F3K',
    hash: 'ab'.repeat(32),
    workspace: 'T0WORK',
    requester: OTTO,
    channel: 'C0GENERAL',
    team: 'default',
    entries,
    now: START,
    timing: DEFAULT_TIMING,
  });
}

/** A run of a schedule just put: it has not looked yet. */
export const sampleRun = (): RequestItem =>
  newRun({
    id: 'M-RUN1',
    hash: 'cd'.repeat(32),
    workspace: 'T0WORK',
    channel: 'C0GENERAL',
    team: 'default',
    schedule: { name: 'weekly', slot: START },
    now: START,
    timing: DEFAULT_TIMING,
  });

/** What a run found, by the lease that `claimResolve` gives to `resolver`. */
export const lookedInput = (
  entries: RequestItem['entries'] = {},
  at = START,
  notes: readonly RunNote[] = [],
): Extract<Input, { kind: 'looked' }> => ({
  kind: 'looked',
  owner: 'resolver',
  fence: 1,
  entries,
  notes,
  look: {
    at,
    images: 12,
    changed: Object.keys(entries).length,
    unchanged: 11,
    waiting: 0,
    denied: 0,
    young: 0,
    gone: 0,
    failed: 0,
  },
});

export const sampleRule = (over: Partial<RecordedRule> = {}): RecordedRule => ({
  name: 'base-images',
  decision: 'approve',
  approvals: 1,
  selfApproval: false,
  approvers: { users: [ALICE, BOB], userGroups: [] },
  configHash: 'c0ffee123456',
  ...over,
});

export function offer(rule: Partial<RecordedRule> = {}, digest = sampleDigest('index')): Outcome {
  return {
    kind: 'offer',
    sourceDigest: digest,
    targetDigest: digest,
    facts: {
      mediaType: 'application/vnd.oci.image.index.v1+json',
      platforms: [
        {
          platform: { os: 'linux', architecture: 'amd64' },
          digest: sampleDigest('amd64'),
          sizeBytes: 9_000_000,
        },
      ],
      attestations: 0,
      sizeBytes: 9_000_000,
    },
    plan: { missingBytes: 9_000_000, presentBytes: 0, missingBlobs: 3, createsRepository: true },
    rule: sampleRule(rule),
    expiresAt: START + WEEK,
  };
}

let tokens = 0;
/** Decides, and throws where that is refused: for the way to the state a test is about. */
export function decided(item: RequestItem, ...inputs: readonly Input[]): RequestItem {
  return inputs.reduce((now, input) => decidedAt(now, START, input), item);
}

export function decidedAt(item: RequestItem, now: number, input: Input): RequestItem {
  tokens += 1;
  const decision = decide(item, input, { now, timing: DEFAULT_TIMING, token: `token-${tokens}` });
  if (decision.kind === 'refused') throw new Error(`${input.kind}: ${decision.why}`);
  return decision.item;
}

/** The refusal, or `changed`. */
export function answerAt(item: RequestItem, now: number, input: Input): string {
  const decision = decide(item, input, { now, timing: DEFAULT_TIMING, token: 'token' });
  return decision.kind === 'refused' ? decision.why : 'changed';
}

/** A request whose images were all offered, under this rule. */
export function offered(images = 1, rule: Partial<RecordedRule> = {}): RequestItem {
  const item = sampleRequest(images);
  const outcomes = Object.fromEntries(Object.keys(item.entries).map((id) => [id, offer(rule)]));
  return decided(item, { kind: 'claimResolve', owner: 'resolver' }, resolvedAs(outcomes));
}

export const resolvedAs = (outcomes: Readonly<Record<string, Outcome>>): Input => ({
  kind: 'resolved',
  owner: 'resolver',
  fence: 1,
  outcomes,
});

export const approveBy = (by: string, ...images: readonly string[]): Input => ({
  kind: 'approve',
  by,
  images: images.length ? images : ['1'],
  configHash: 'c0ffee123456',
});

export const watchBy = (by: string, digest = sampleDigest('index')): Input => ({
  kind: 'watch',
  image: '1',
  by,
  request: 'M-9999',
  digest,
});

/** Of the worker that holds image 1 (or another) since its n-th claim. */
export const heldBy = (owner: string, fence = 1, image = '1') => ({ image, owner, fence });

export const copiedInput = (owner: string, fence = 1, image = '1'): Input => ({
  ...heldBy(owner, fence, image),
  kind: 'copied',
  repositoryUri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/base-images/nginx',
  result: {
    copiedAt: START,
    tookMs: 1_000,
    copiedBytes: 9_000_000,
    presentBytes: 0,
    pulls: 1,
    attestations: 0,
    createdRepository: false,
  },
});

export const foundScan = {
  findings: { counts: { HIGH: 1 }, top: [], total: 1, platforms: [], missing: [] },
  as: 'found',
} as const;
