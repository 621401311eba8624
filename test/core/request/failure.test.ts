import { describe, expect, test } from '@jest/globals';
import { parseCommandText } from '../../../bot/commands/command-text.ts';
import { targetOf } from '../../../core/config/naming.ts';
import { parseReference } from '../../../core/oci/reference.ts';
import { type Failure, type FailureCode, failures, mirrorCommand } from '../../../core/request/failure.ts';
import { sampleConfig } from '../config/sample-config.ts';
import { sampleDigest, sampleSource } from './sample-request.ts';

const source = sampleSource('nginx:1.21-alpine');
const target = {
  repository: 'base-images/nginx',
  tag: '1.21-alpine',
  account: '123456789012',
  region: 'eu-central-1',
};
const place = { source, target };
const holds = sampleDigest('holds');
const wanted = sampleDigest('wanted');
const command = '/mirror nginx:1.21-alpine base-images/nginx';

/** Each code as it is met, with every optional part there, and without. */
const CASES: { readonly [C in FailureCode]: readonly (Failure & { readonly code: C })[] } = {
  badReference: [
    failures.badReference({ text: 'Nginx', message: 'repository names are lower case', at: 0, command }),
    failures.badReference({ text: 'nginx:', message: 'a tag is missing', at: 6 }),
  ],
  badRepositoryName: [
    failures.badRepositoryName({ text: 'Base/Nginx', message: 'capital letters', at: 0, command }),
    failures.badRepositoryName({ text: '-', message: 'it has 2 to 256 characters', at: 0 }),
  ],
  outsidePrefix: [
    failures.outsidePrefix({ repository: 'x/nginx', team: 'default', prefixes: ['a', 'b'], command }),
  ],
  outsidePattern: [
    failures.outsidePattern({ repository: 'base-images', pattern: '{team}/{app}', command }),
    failures.outsidePattern({ repository: 'base-images', pattern: '{team}/{env}/{app}' }),
  ],
  unknownDestination: [
    failures.unknownDestination({ source, name: 'prdo', names: ['prod', 'eu'], meant: 'prod' }),
    failures.unknownDestination({ source, name: 'moon', names: ['prod', 'eu'] }),
  ],
  openRequestsFull: [
    failures.openRequestsFull({ source, target, who: 'person', max: 10, open: ['M-1', 'M-2', 'M-3', 'M-4'] }),
    failures.openRequestsFull({ source, target, who: 'channel', max: 1, open: ['M-1'] }),
  ],
  hostNotAllowed: [
    failures.hostNotAllowed({ source, allowed: ['ghcr.io', 'quay.io'] }),
    failures.hostNotAllowed({ source, allowed: ['ghcr.io', 'quay.io'], command }),
  ],
  denyRule: [failures.denyRule({ source, rule: 'no-latest' })],
  tagNotFound: [
    failures.tagNotFound({ source, closest: ['1.21', '1.21.6-alpine'], command }),
    failures.tagNotFound({ source, closest: [] }),
  ],
  sourcePrivate: [failures.sourcePrivate({ source })],
  sourceDenied: [failures.sourceDenied({ source, detail: '403 denied' })],
  sourceRateLimited: [
    failures.sourceRateLimited({ source, limit: 100, windowHours: 6 }),
    failures.sourceRateLimited({ source }),
  ],
  pullsReserved: [
    failures.pullsReserved({ source, left: 8, limit: 100, reserve: 10 }),
    failures.pullsReserved({ source, left: 1, reserve: 10 }),
  ],
  lookupsUsedUp: [
    failures.lookupsUsedUp({ ...place, max: 30, since: '10:00 UTC', again: '11:00 UTC' }),
    failures.lookupsUsedUp({
      ...place,
      platforms: ['linux/amd64'],
      max: 30,
      since: '23:00 UTC',
      again: '0:00 UTC',
    }),
  ],
  sourceUnreachable: [failures.sourceUnreachable({ source, detail: 'no answer in 30 s' })],
  sourceRefused: [
    failures.sourceRefused({ source, detail: 'HTTP 418, TEAPOT: short and stout, request r-7' }),
  ],
  sourceGone: [failures.sourceGone({ source, digest: wanted })],
  sourceCorrupt: [failures.sourceCorrupt({ source, detail: 'a layer' })],
  platformMissing: [
    failures.platformMissing({ ...place, wanted: 'linux/riscv64', available: ['linux/amd64'] }),
    failures.platformMissing({ ...place, wanted: 'linux/riscv64', available: [] }),
  ],
  referrersRefused: [failures.referrersRefused({ ...place, refused: 1, of: 3, why: 'the tag is taken' })],
  referrersUnknown: [failures.referrersUnknown({ source, why: 'the list was not answered' })],
  sourceUnsupported: [failures.sourceUnsupported({ source, detail: 'a schema 1 manifest' })],
  tagHoldsOther: [failures.tagHoldsOther({ ...place, holds, wanted, suffixTag: '1.21-alpine-0123456789ab' })],
  targetBusy: [failures.targetBusy({ ...place, request: 'M-7F3K' })],
  joined: [failures.joined({ ...place, request: 'M-7F3K' })],
  approvalsUnfit: [failures.approvalsUnfit({ source, rule: 'base-images' })],
  requestTooLarge: [
    failures.requestTooLarge({ source, images: 1 }),
    failures.requestTooLarge({ source, images: 25 }),
  ],
  alreadyAsked: [failures.alreadyAsked({ ...place, request: 'M-7F3K' })],
  repositoryMissing: [
    failures.repositoryMissing({ ...place, role: 'role mirror-worker' }),
    failures.repositoryMissing(place),
  ],
  permissionMissing: [
    failures.permissionMissing({
      ...place,
      action: 'ecr:PutImage',
      role: 'role mirror-worker',
      resource: 'arn:aws:ecr:eu-central-1:123456789012:repository/base-images/nginx',
      reason: 'no identity-based policy allows it',
    }),
    failures.permissionMissing({
      ...place,
      action: 'ecr:PutImage',
      role: 'role mirror-worker',
      reason: 'explicit deny',
    }),
  ],
  wrongRegion: [failures.wrongRegion({ ...place, detail: 'the credential is scoped to us-east-1' })],
  ecrCredentials: [failures.ecrCredentials({ ...place, detail: 'the token has expired' })],
  ecrUnreachable: [failures.ecrUnreachable({ ...place, detail: 'it asks to slow down' })],
  ecrRefused: [failures.ecrRefused({ ...place, detail: 'LimitExceeded' })],
  resolveGaveUp: [
    failures.resolveGaveUp({ source, attempts: 12 }),
    failures.resolveGaveUp({ source, attempts: 1 }),
  ],
  workerDied: [failures.workerDied({ source, times: 6 }), failures.workerDied({ source, times: 1 })],
  internal: [failures.internal({ source, detail: 'TypeError' })],
};

const ALL = Object.entries(CASES).flatMap(([code, list]) =>
  list.map((failure, n) => ({ name: `${code} ${n + 1}`, code, failure })),
);
/** A hint without a sentence that begins like one of these leaves the reader alone. */
const NEXT_STEP =
  /(?:^|\. )(?:Ask|Check|Look|Retry|Wait|Write|Use|Whoever|Nothing to do|It is tried again|For the closest|To keep both|Probably meant)/;
/** The image, where it comes from, or where it was to stand. */
const NAMED = /nginx|Nginx|base-images|Docker Hub|123456789012|^- /;

describe.each(ALL)('$name', ({ code, failure }) => {
  test('is a sentence that names the image or the place', () => {
    expect(failure.code).toBe(code);
    expect(failure.summary).toMatch(NAMED);
    expect(failure.summary).toMatch(/\.$/);
    expect(failure.summary).not.toMatch(/undefined|\[object|\.\.$| {2}|\n/);
  });

  test('says what to do next, by whom', () => {
    expect(failure.hint).toMatch(NEXT_STEP);
    expect(failure.hint).toMatch(/[.:]$/);
    expect(failure.hint).not.toMatch(/undefined|\[object| {2}|\n/);
  });

  test('a hint that ends with a colon is followed by a command or by the Retry button', () => {
    if (!/:$/.test(failure.hint)) return;
    expect(failure.command !== undefined || failure.retry).toBe(true);
  });

  test('its command can be pasted: it is understood again', () => {
    if (failure.command === undefined) return;
    expect(failure.command).toMatch(/^\/mirror /);
    const typed = parseCommandText(failure.command.slice('/mirror '.length));
    if (typed.kind !== 'mirror') throw new Error(`not a mirror command: ${failure.command}`);
    const parsed = parseReference(typed.source);
    if (!parsed.ok) throw new Error(parsed.problem.message);
    const config = sampleConfig();
    const [team] = config.teams;
    if (!team) throw new Error('no team');
    expect(targetOf(config, { team, source: parsed.reference, text: typed.target })).toMatchObject({
      ok: true,
    });
  });
});

test.each([
  ['nginx:1.21', '1.21', '/mirror nginx:1.21 base-images/nginx'],
  ['nginx:1.21', '1.21-abc', '/mirror nginx:1.21 base-images/nginx:1.21-abc'],
  [`nginx@${wanted}`, '0123456789ab', `/mirror nginx@${wanted} base-images/nginx:0123456789ab`],
  ['ghcr.io/Org/App:1'.toLowerCase(), '1', '/mirror ghcr.io/org/app:1 base-images/nginx'],
])('the command for %s tagged %s names the tag only where it differs', (text, tag, expected) => {
  expect(mirrorCommand(sampleSource(text), { repository: 'base-images/nginx', tag })).toBe(expected);
});
