import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { referrersTag } from '../../../core/oci/referrer.ts';
import { content, image, index, on, pointTo, type Shape } from '../copy/documents.ts';
import { reply, serveScript } from '../registry/scripted-server.ts';
import { type PlainWorld, startPlainWorld } from './plain-world.ts';
import { linesOf } from './run-mirror.ts';

let world: PlainWorld;
beforeAll(async () => {
  world = await startPlainWorld();
});
afterAll(() => world.close());

const manifestGets = () =>
  world.source.calls.filter(({ method, path }) => method === 'GET' && path.includes('/manifests/')).length;

const shared = content('base of all', 40_000);
const whole = index([
  on('linux', 'amd64', image('p-amd64', { layers: [shared, content('p1', 9_000)] })),
  on('linux', 'arm64', image('p-arm64', { layers: [shared, content('p2', 8_000)] })),
]);

describe('a plan', () => {
  test.each([
    ['ECR', () => world.toEcr('plan/some')],
    ['a plain registry', () => world.toPlain('plan/some')],
  ])(
    'for %s lists each blob once with its size and whether it is there, and what is to be moved',
    async (_to, to) => {
      const first = world.add('p/first', image('p-first', { layers: [shared] }));
      expect((await world.run(['copy', first, `${to()}:first`])).err).toBe('');
      const source = world.add('p/whole', whole);
      const before = { gets: manifestGets(), writes: world.writes() };
      const [json] = linesOf((await world.run(['plan', '--json', source, to()])).out);
      const sizes = [40_000, 9_000, 8_000, 80, 80];
      expect(json).toMatchObject({
        result: 'planned',
        digest: digestOf(whole.root.bytes),
        missingBytes: 17_160,
        presentBytes: 40_000,
        manifestGets: 3,
      });
      const blobs = Object(json)['blobs'];
      expect(blobs).toHaveLength(sizes.length);
      expect(blobs).toEqual(
        expect.arrayContaining(
          [...new Set(whole.blobs)].map((bytes) => ({
            digest: digestOf(bytes),
            bytes: bytes.byteLength,
            present: bytes === shared.bytes,
          })),
        ),
      );
      expect(manifestGets() - before.gets).toBe(3);
      expect(world.writes()).toBe(before.writes);
      const text = (await world.run(['plan', source, to()])).out;
      expect(text).toMatch(/17\.2 kB to copy, 40\.0 kB present/);
      expect(text).toMatch(new RegExp(`present +40\\.0 kB  ${digestOf(shared.bytes)}`));
    },
  );

  test('counts every manifest that a copy will fetch, those of signatures too', async () => {
    const signature = image('signature', {
      layers: [content('signed', 200)],
      fields: {
        subject: pointTo(whole.root),
        artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
      },
    });
    const source = world.add('p/signed', whole);
    const tag = referrersTag(digestOf(whole.root.bytes));
    world.source.add('p/signed', tag, index([signature]));
    const [json] = linesOf((await world.run(['plan', '--json', source, world.toPlain('p/signed')])).out);
    // Index, two platforms, the list of signatures, the signature.
    expect(json).toMatchObject({ manifestGets: 5, referrers: { counts: { signature: 1 }, refused: [] } });
    const before = manifestGets();
    expect((await world.run(['copy', source, world.toPlain('p/signed')])).code).toBe(0);
    expect(manifestGets() - before).toBe(5);
  });

  test('says which of the signatures ECR would not store', async () => {
    const bare = image('bare statement', {
      layers: [],
      fields: { subject: pointTo(whole.root), artifactType: 'application/vnd.in-toto+json' },
    });
    const source = world.add('p/stated', whole);
    world.source.add('p/stated', referrersTag(digestOf(whole.root.bytes)), index([bare]));
    const refused = [{ digest: digestOf(bare.root.bytes), why: expect.stringContaining('has no layers') }];
    const toEcr = await world.run(['plan', '--json', source, world.toEcr('p/stated')]);
    expect(linesOf(toEcr.out)).toMatchObject([{ referrers: { counts: { attestation: 1 }, refused } }]);
    const text = await world.run(['plan', source, world.toEcr('p/stated')]);
    expect(text.out).toMatch(/\+1 attestation .*, 1 of them would be refused \(manifest .* has no layers\)/);
    const elsewhere = await world.run(['plan', '--json', source, world.toPlain('p/stated')]);
    expect(linesOf(elsewhere.out)).toMatchObject([{ referrers: { refused: [] } }]);
  });

  test('of what ECR cannot store tells all reasons and a way out, and has written nothing', async () => {
    const layers = [content('', 0), content('far', 9, 'application/x; charset=utf-8')];
    const source = world.add('p/refused', image('refused', { layers }));
    const before = world.writes();
    const { code, err, out } = await world.run(['plan', source, world.toEcr('p/refused')]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /^\S+ cannot be stored in ECR: ECR does not take the media type .*\n {2}also: it has an empty layer .*\n {2}Publish it/,
    );
    const json = await world.run(['plan', '--json', source, world.toEcr('p/refused')]);
    expect(linesOf(json.out)).toMatchObject([
      { result: 'failed', code: 'sourceUnsupported', also: [expect.stringContaining('empty layer')] },
    ]);
    expect(world.writes()).toBe(before);
    expect((await world.run(['plan', source, world.toPlain('p/refused')])).code).toBe(0);
  });

  test('tells builds of Windows apart', async () => {
    const builds = ['10.0.17763.6414', '10.0.20348.2849'].map((version) => ({
      ...image(version),
      entry: { platform: { os: 'windows', architecture: 'amd64', 'os.version': version } },
    }));
    const source = world.add('p/windows', index(builds));
    const { out } = await world.run(['plan', source, world.toPlain('p/windows')]);
    expect(out).toContain('  windows/amd64 (10.0.17763.6414)');
    expect(out).toContain('  windows/amd64 (10.0.20348.2849)');
    // In columns all the same.
    const rows = out.trimEnd().split('\n').slice(1);
    expect(new Set(rows.map((row) => row.indexOf('  sha256:'))).size).toBe(1);
  });
});

test('the addresses of a foreign layer are never called, neither for a plan nor for a copy', async () => {
  const canary = await serveScript(reply(200, 'here'));
  const urls = [`${canary.origin}/layer`, 'http://169.254.169.254/latest/meta-data'];
  const far = { ...Object(pointTo(content('far away', 9))), urls };
  const source = world.add('p/canary', image('canary', { fields: { layers: [far] } }));
  for (const to of [world.toEcr('p/canary'), world.toPlain('p/canary')]) {
    const { code, err } = await world.run(['copy', source, to]);
    expect(code).toBe(1);
    expect(err).toContain(
      'Ask the people who publish it for a build that has all its layers in the registry.',
    );
  }
  await canary.close();
  expect(canary.connections).toBe(0);
});

describe('what no registry can be given is told before a byte moves', () => {
  const schema1: Shape = ((): Shape => {
    const document = { schemaVersion: 1, name: 'p/old', tag: '1', fsLayers: [], history: [], signatures: [] };
    const root = {
      mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
      bytes: Buffer.from(JSON.stringify(document)),
    };
    return { root, manifests: [root], blobs: [] };
  })();
  const long = `sha512:${'a'.repeat(128)}`;
  const far = { ...Object(pointTo(content('far', 9))), urls: ['http://127.0.0.1:9/layer'] };
  const huge = image('huge', { write: (document) => `${JSON.stringify(document)}${' '.repeat(4_194_304)}` });

  test.each([
    ['schema 1', schema1, /schema 1/],
    [
      'a digest of sha512',
      image('long', { fields: { layers: [{ mediaType: 'x', digest: long, size: 1 }] } }),
      /only sha256/,
    ],
    ['a manifest above 4 MiB', huge, new RegExp(`has ${huge.root.bytes.byteLength} bytes, at most 4194304`)],
    ['a foreign layer', image('far', { fields: { layers: [far] } }), /outside the registry/],
    [
      'half a document',
      image('half', { write: (document) => JSON.stringify(document).slice(1) }),
      /not json/,
    ],
  ])('%s, to ECR and elsewhere', async (what, shape, why) => {
    const name = what.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    const source = world.add(`p/${name}`, shape);
    const before = world.writes();
    for (const [to, how] of [
      [world.toEcr(`p/${name}`), 'cannot be stored in ECR: '],
      [world.toPlain(`p/${name}`), 'cannot be copied: '],
    ] as const) {
      const { code, err, out } = await world.run(['copy', source, to]);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(why);
      expect(err).toContain(how);
      // What happened, and what to do.
      expect(err.trim().split('\n').length).toBeGreaterThan(1);
    }
    expect(world.writes()).toBe(before);
  });
});
