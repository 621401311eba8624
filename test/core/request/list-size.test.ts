import { describe, expect, test } from '@jest/globals';
import type { FindingsSummary } from '../../../core/request/findings.ts';
import type { ImageFacts, PinnedReferrers } from '../../../core/request/image-facts.ts';
import type { Outcome } from '../../../core/request/input.ts';
import { ITEM_MAX_BYTES, OFFER_MAX_BYTES, sizeOf } from '../../../core/request/item-size.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { failures } from '../../../core/request/failure.ts';
import {
  ALICE,
  approveBy,
  copiedInput,
  decided,
  heldBy,
  offer,
  resolvedAs,
  sampleDigest,
  sampleRequest,
  sampleSource,
  sampleTarget,
} from './sample-request.ts';

const ARCHITECTURES = ['386', 'amd64', 'arm64', 'mips64le', 'ppc64le', 'riscv64', 's390x', 'loong64'];
/** As golang has it: sixteen platforms, Windows with its versions among them. */
const platforms = (count: number): ImageFacts['platforms'] =>
  Array.from({ length: count }, (_, at) => ({
    platform:
      at % 2 === 0
        ? { os: 'linux', architecture: ARCHITECTURES[at % 8] ?? 'amd64', variant: 'v8' }
        : { os: 'windows', architecture: 'amd64', osVersion: `10.0.17763.641${at}` },
    digest: sampleDigest(`platform ${at}`),
    sizeBytes: 123_456_789 + at,
  }));
const referrers = (count: number): PinnedReferrers => ({
  list: Array.from({ length: count }, (_, at) => ({
    kind: 'signature',
    artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: sampleDigest(`referrer ${at}`),
    subject: sampleDigest('index'),
    size: 12_345,
  })) as never,
  counts: { signature: count },
  sizeBytes: 1_234_567,
});
const fat = (count: number): Outcome => ({
  ...(offer() as Extract<Outcome, { kind: 'offer' }>),
  facts: {
    mediaType: 'application/vnd.oci.image.index.v1+json',
    platforms: platforms(count),
    attestations: count,
    sizeBytes: 4_123_456_789,
    createdAt: 1_700_000_000_000,
  },
  referrers: referrers(8),
});
/** Names of a hundred characters, as internal registries have them. */
function longRequest(images: number): RequestItem {
  const part = 'x'.repeat(40);
  const item = sampleRequest(images);
  const entries = Object.fromEntries(
    Object.keys(item.entries).map((id) => [
      id,
      {
        source: sampleSource(`ghcr.io/${part}/${part}-${id}:1.21.6-alpine`),
        target: sampleTarget(`base-images/${part}/${part}-${id}`, '1.21.6-alpine'),
      },
    ]),
  );
  return { ...item, entries };
}
const findings: FindingsSummary = {
  completedAt: 1_700_000_000_000,
  counts: { CRITICAL: 12, HIGH: 134, MEDIUM: 456, LOW: 789, UNDEFINED: 12 },
  top: Array.from({ length: 5 }, (_, at) => ({
    id: `CVE-2024-1234${at}`,
    severity: 'CRITICAL' as const,
    package: 'github.com/opencontainers/runc',
    version: '1.1.12-0ubuntu2~22.04.1',
    fixedIn: '1.1.12-0ubuntu3.1',
  })),
  total: 1_403,
  platforms: platforms(8).map(({ platform: { architecture, os } }) => `${os}/${architecture}`),
  missing: [{ platform: 'windows/amd64', why: 'ECR does not scan Windows images' }],
};
const held = (item: RequestItem) => decided(item, { kind: 'claimResolve', owner: 'resolver' });
const outcomes = (item: RequestItem, of: (id: string) => Outcome) =>
  resolvedAs(Object.fromEntries(Object.keys(item.entries).map((id) => [id, of(id)])));

describe('a list of 25 images with sixteen platforms and eight referrers each', () => {
  test('is offered whole, and all that happens to it stays far below what DynamoDB takes', () => {
    const item = held(longRequest(25));
    const all = decided(
      item,
      outcomes(item, () => fat(16)),
    );
    expect(Object.values(all.images).every(({ state }) => state === 'ready')).toBe(true);
    expect(sizeOf(all)).toBeLessThan(OFFER_MAX_BYTES);
    let now = decided(all, { ...approveBy(ALICE, ...Object.keys(all.images)) });
    for (const id of Object.keys(all.images)) {
      now = decided(
        now,
        { kind: 'claim', image: id, owner: `worker ${id}` },
        { ...heldBy(`worker ${id}`, 1, id), kind: 'tagging' },
        copiedInput(`worker ${id}`, 1, id),
        { kind: 'scanned', scans: { [id]: { as: 'found', findings } } },
      );
    }
    expect(now.state).toBe('finished');
    expect(sizeOf(now)).toBeLessThan(ITEM_MAX_BYTES - 50_000);
  });

  test('with more than one request can hold offers those that fit, and refuses the rest with what to do', () => {
    const item = held(longRequest(25));
    const some = decided(
      item,
      outcomes(item, () => fat(60)),
    );
    const states = Object.values(some.images).map(({ state }) => state);
    const offered = states.filter((state) => state === 'ready').length;
    expect(offered).toBeGreaterThan(5);
    expect(offered).toBeLessThan(25);
    expect(states).toEqual([...Array(offered).fill('ready'), ...Array(25 - offered).fill('refused')]);
    expect(some.images['25']?.failure?.code).toBe('requestTooLarge');
    expect(some.images['25']?.failure?.hint).toContain('smaller requests');
    expect(sizeOf(some)).toBeLessThan(OFFER_MAX_BYTES + 25 * 1_000);
    expect(some.events).toMatchObject([
      { type: 'offered', images: Object.keys(some.images).slice(0, offered) },
      { type: 'refused', images: Object.keys(some.images).slice(offered) },
    ]);
  });
});

describe('a dry run', () => {
  const dry = (images: number): RequestItem => held({ ...sampleRequest(images), dryRun: true });
  const refused: Outcome = { kind: 'refused', failure: failures.sourcePrivate({ source: sampleSource() }) };

  test('ends with what was found: nothing is offered, nobody can decide', () => {
    const item = decided(dry(3), resolvedAs({ '1': offer(), '2': refused, '3': { kind: 'unchanged' } }));
    expect([item.state, item.events.map(({ type }) => type)]).toEqual(['refused', ['planned']]);
    expect(
      Object.values(item.images).map(({ failure, plan, state }) => [
        state,
        failure?.code,
        plan !== undefined,
      ]),
    ).toEqual([
      ['refused', undefined, true],
      ['refused', 'sourcePrivate', false],
      ['unchanged', undefined, false],
    ]);
    expect(item.images['1']).not.toHaveProperty('expiresAt');
    expect(() => decided(item, approveBy(ALICE))).toThrow('not open');
  });

  test('of an image that a rule lets in starts nothing either', () => {
    const item = decided(dry(1), resolvedAs({ '1': offer({ decision: 'auto', approvals: 0 }) }));
    expect(item.state).toBe('refused');
    expect(() => decided(item, { kind: 'claim', image: '1', owner: 'w' })).toThrow('not claimable');
  });
});
