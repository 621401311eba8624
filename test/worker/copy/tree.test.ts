import { afterEach, describe, expect, test } from '@jest/globals';
import { type Digest, digestOf } from '../../../core/oci/digest.ts';
import { type Manifest, parseManifest } from '../../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { pick } from '../../../worker/copy/pick.ts';
import { imageBlobs } from '../../../worker/copy/plan.ts';
import { fetchTree, manifestsOf } from '../../../worker/copy/tree.ts';
import { failureOf, openTestRegistry } from '../registry/test-registry.ts';
import { bare, content, type Document, image, index, on, type Shape } from './documents.ts';
import { startPlainRegistry } from './plain-registry.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** A registry that has the image, and what it is asked for. */
async function holding(shape: Shape) {
  const server = await startPlainRegistry();
  const registry = openTestRegistry(server.origin);
  open.push(registry, server);
  const digest = server.add('a/b', '1', shape);
  const asked = (method = 'GET'): readonly (string | undefined)[] =>
    server.calls.filter((call) => call.method === method).map(({ path }) => path.split('/').at(-1));
  return { server, source: registry.repository('a/b'), digest, asked };
}
const digestsOf = (...shapes: readonly Shape[]): readonly Digest[] =>
  shapes.map(({ root }) => digestOf(root.bytes));
const parsed = ({ bytes }: Document): Manifest => parseManifest(bytes);

const [one, two] = [image('one'), image('two')];

describe('the tree of an image', () => {
  test('is its index and each child once, one GET each, also for a child listed twice', async () => {
    const root = index([one, two, one]);
    const { asked, digest, source } = await holding(root);
    const tree = await fetchTree(source, digest);
    expect(tree.children.map(({ tree: child }) => child.manifest.digest)).toEqual(digestsOf(one, two, one));
    expect(asked().toSorted()).toEqual([...digestsOf(one, two, root)].toSorted());
    expect(manifestsOf(tree).map((each) => each.digest)).toEqual(digestsOf(one, two, root));
  });

  test('is not fetched where its manifests are at hand', async () => {
    const root = index([one, two]);
    const { asked, digest, source } = await holding(root);
    const kept = new Map([root.root, one.root].map((each) => [digestOf(each.bytes), parsed(each)]));
    await fetchTree(source, digest, { known: (each) => kept.get(each) });
    expect(asked()).toEqual(digestsOf(two));
  });

  test('without one of its children is not found, and what was still to be read is not', async () => {
    const children = Array.from({ length: 40 }, (_, at) => image(`${at}`));
    const { asked, digest, source } = await holding({ ...index(children), manifests: [] });
    const error = await failureOf(fetchTree(source, digest));
    expect(error).toMatchObject({ code: 'not found', operation: 'get manifest' });
    // Time for what would still come.
    for (let at = 0; at < 40; at += 1) await source.headManifest(digest);
    expect(asked().length).toBeLessThan(12);
  });

  test.each([1, 4])(
    'may have indexes in an index in an index, with %i GETs at once too',
    async (concurrency) => {
      const inner = index([one, two]);
      const middle = index([inner, index([two, one])]);
      const root = index([middle, inner, one]);
      const { digest, source } = await holding(root);
      const tree = await fetchTree(source, digest, { concurrency });
      expect(manifestsOf(tree).map((each) => each.digest)).toEqual(
        digestsOf(one, two, inner, index([two, one]), middle, root),
      );
    },
  );
});

describe('an index that would not end', () => {
  test('or goes deeper than anybody builds is refused', async () => {
    const deep = index([index([index([index([index([one])])])])]);
    const { digest, source } = await holding(deep);
    const error = await failureOf(fetchTree(source, digest));
    expect(error).toMatchObject({ code: 'unsupported manifest', detail: 'more than 4 indexes deep' });
    const platforms = [{ os: 'linux', architecture: 'amd64' }];
    const picked = pick(source, { digest, platforms, signal: new AbortController().signal });
    expect((await failureOf(picked)).detail).toBe(error.detail);
  });

  test('because a registry answers with the index for its child is a wrong digest', async () => {
    const root = index([one]);
    // What it sends for the child is the root: the digest tells, no loop begins.
    const loop = { ...root, manifests: [{ ...root.root }] };
    const { digest, server, source } = await holding(loop);
    const body = root.root.bytes.toString();
    const headers = { 'content-type': root.root.mediaType };
    const [child = ''] = digestsOf(one);
    server.faults.add({
      kind: 'status',
      status: 200,
      body,
      headers,
      match: ({ url }) => url?.endsWith(child) ?? false,
    });
    expect((await failureOf(fetchTree(source, digest))).code).toBe('digest mismatch');
  });

  test('because kept manifests lead back to it ends all the same', async () => {
    const root = index([one]);
    const { digest, source } = await holding(root);
    const loop = (_: Digest) => parsed({ ...root.root, mediaType: MEDIA_TYPE.ociIndex });
    const error = await failureOf(fetchTree(source, digest, { known: loop }));
    expect(['unsupported manifest', 'digest mismatch']).toContain(error.code);
  });

  test('because each level lists the next many times is refused, also for some platforms', async () => {
    const many = (shape: Shape): Shape => index(Array.from({ length: 150 }, () => shape));
    const { asked, digest, source } = await holding(many(many(many(one))));
    const error = await failureOf(fetchTree(source, digest));
    expect(error).toMatchObject({ code: 'unsupported manifest', detail: 'more than 2000 entries' });
    expect(asked().length).toBeLessThanOrEqual(3);
    const platforms = [{ os: 'linux', architecture: 'amd64' }];
    const picked = pick(source, { digest, platforms, signal: new AbortController().signal });
    expect((await failureOf(picked)).detail).toBe(error.detail);
  });
});

test('manifests that would fill the memory are refused long before', async () => {
  const padded = Array.from({ length: 20 }, (_, at) =>
    image(`${at}`, { write: (document) => JSON.stringify(document) + ' '.repeat(4_000_000) }),
  );
  const { asked, digest, source } = await holding(index(padded));
  const error = await failureOf(fetchTree(source, digest));
  expect(error.detail).toBe('more than 33554432 bytes of manifests');
  expect(asked().length).toBeLessThan(16);
});

test('a tag that a registry knows by sha512 is not taken for sha256: both are named', async () => {
  const { digest, server, source } = await holding(one);
  const long = `sha512:${'a'.repeat(128)}`;
  const headers = { 'content-type': MEDIA_TYPE.ociManifest, 'docker-content-digest': long };
  const body = one.root.bytes.toString();
  server.faults.add({ kind: 'status', status: 200, headers, body, times: 9, match: () => true });
  const error = await failureOf(source.headManifest('1'));
  expect(error.code).toBe('digest mismatch');
  expect(error.detail).toContain(long.slice(0, 40));
  expect(error.detail).toContain(digest.slice(0, 40));
});

describe('an entry that is no manifest', () => {
  const layer = content('cached', 3_000);
  const cache = content('{}', 50, 'application/vnd.buildkit.cacheconfig.v0');

  test('is a blob by its media type, as in a BuildKit cache, and nobody is asked for it', async () => {
    const { asked, digest, source } = await holding(index([bare(layer), bare(cache)]));
    const tree = await fetchTree(source, digest);
    expect(tree.children).toEqual([]);
    expect(imageBlobs(tree).map(({ sizeBytes }) => sizeBytes)).toEqual([3_000, 50]);
    expect(asked()).toEqual([digest]);
  });

  test('of an unknown type is looked for among the manifests, then among the blobs', async () => {
    const thing = content('{"a":1}', 70, 'application/vnd.example+json');
    const { asked, digest, source } = await holding(index([one, bare(thing)]));
    const tree = await fetchTree(source, digest);
    expect(tree.children.map(({ tree: child }) => child.manifest.digest)).toEqual(digestsOf(one));
    expect(tree.blobs?.map((each) => each.mediaType)).toEqual([thing.mediaType]);
    expect(asked('HEAD')).toEqual([digestOf(thing.bytes)]);
  });

  test('of an unknown type is a manifest where it is found among them', async () => {
    const typed = { ...two, root: { ...two.root, mediaType: 'application/vnd.example+json' } };
    const { asked, digest, source } = await holding(index([typed]));
    const tree = await fetchTree(source, digest);
    expect(tree.children.map(({ tree: child }) => child.manifest.digest)).toEqual(digestsOf(two));
    expect(asked('HEAD')).toEqual([]);
  });

  test('and that is nowhere is not found', async () => {
    const thing = content('{"a":1}', 70, 'application/vnd.example+json');
    const { digest, source } = await holding({ ...index([bare(thing)]), blobs: [] });
    expect((await failureOf(fetchTree(source, digest))).code).toBe('not found');
  });
});

describe('a media type', () => {
  test('that neither a child nor the answer names is the one its index names', async () => {
    const child = image('untyped', {
      mediaType: MEDIA_TYPE.dockerManifest,
      fields: { mediaType: undefined },
      contentType: 'application/octet-stream',
    });
    const { digest, source } = await holding(index([child]));
    const [first] = (await fetchTree(source, digest)).children;
    expect(first?.tree.manifest.mediaType).toBe(MEDIA_TYPE.dockerManifest);
    expect(first?.tree.manifest.bytes).toEqual(child.root.bytes);
  });

  test('that a child names counts, whatever its index says', async () => {
    const listed = { ...one, root: { ...one.root, mediaType: MEDIA_TYPE.dockerManifest, contentType: '' } };
    const { digest, source } = await holding(index([listed]));
    const [first] = (await fetchTree(source, digest)).children;
    expect(first?.tree.manifest.mediaType).toBe(MEDIA_TYPE.ociManifest);
  });
});

describe('a size that is not true is told with both', () => {
  test('of a child: in its index and in truth', async () => {
    const size = one.root.bytes.byteLength;
    const { digest, source } = await holding(index([{ ...one, entry: { size: size + 7 } }]));
    expect(await failureOf(fetchTree(source, digest))).toMatchObject({
      code: 'digest mismatch',
      detail: `manifest ${digestsOf(one)[0]} has ${size + 7} bytes in its index and ${size} in truth`,
    });
  });

  test('of a child above 4 MiB, which is not read', async () => {
    const { asked, digest, source } = await holding(index([{ ...one, entry: { size: 4_194_305 } }]));
    const error = await failureOf(fetchTree(source, digest));
    expect(error).toMatchObject({ code: 'too large', retryable: false });
    expect(error.detail).toContain('4194305 bytes, at most 4194304');
    expect(asked()).toEqual([digest]);
  });

  test('of the root above 4 MiB', async () => {
    const huge = image('huge', {
      write: (document) => `${JSON.stringify(document)}${' '.repeat(4_194_304)}`,
    });
    const { digest, source } = await holding(huge);
    const error = await failureOf(fetchTree(source, digest));
    expect(error).toMatchObject({
      code: 'too large',
      detail: `manifest ${digest} has ${huge.root.bytes.byteLength} bytes, at most 4194304 are taken`,
    });
  });

  test('of a blob that two manifests list differently', async () => {
    const layer = content('disputed', 900);
    const said = { mediaType: layer.mediaType, digest: digestOf(layer.bytes), size: 901 };
    const right = image('right', { layers: [layer] });
    const wrong = image('wrong', { layers: [layer], fields: { layers: [said] } });
    const root = index([on('linux', 'amd64', right), on('linux', 'arm64', wrong)]);
    const { digest, source } = await holding(root);
    expect(await failureOf(fetchTree(source, digest))).toMatchObject({
      code: 'digest mismatch',
      detail: `${said.digest} is listed with 900 bytes and with 901`,
    });
  });
});
