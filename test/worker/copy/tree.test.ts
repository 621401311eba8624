import { describe, expect, test } from '@jest/globals';
import { type Digest, digestOf } from '../../../core/oci/digest.ts';
import { type Manifest, parseManifest } from '../../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { fetchTree, manifestsOf } from '../../../worker/copy/tree.ts';
import { reply, serveScript } from '../registry/scripted-server.ts';
import { failureOf, openTestRegistry } from '../registry/test-registry.ts';

const image = (name: string): Manifest =>
  parseManifest(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MEDIA_TYPE.ociManifest,
        config: { mediaType: 'x', digest: digestOf(Buffer.from(name)), size: 1 },
        layers: [],
      }),
    ),
  );
const index = (...children: readonly Manifest[]): Manifest =>
  parseManifest(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MEDIA_TYPE.ociIndex,
        manifests: children.map(({ mediaType, digest, bytes }) => ({
          mediaType,
          digest,
          size: bytes.length,
        })),
      }),
    ),
  );

/** Serves the manifests by digest. */
async function holding(...manifests: readonly Manifest[]) {
  const server = await serveScript((request, response) => {
    const wanted = request.url?.split('/').at(-1);
    const found = manifests.find(({ digest }) => digest === wanted);
    const type = { 'content-type': found?.mediaType ?? 'text/plain' };
    return reply(
      found ? 200 : 404,
      found ? Buffer.from(found.bytes).toString() : '',
      type,
    )(request, response);
  });
  const registry = openTestRegistry(server.origin);
  const close = async (): Promise<void> => {
    await registry.close();
    await server.close();
  };
  return { server, source: registry.repository('a/b'), close };
}
const keys = (urls: readonly { url: string }[]): readonly (string | undefined)[] =>
  urls.map(({ url }) => url.split('/').at(-1)).toSorted();

describe('the tree of an image', () => {
  const [one, two] = [image('one'), image('two')];

  test('is its index and each child once, one GET each, also for a child listed twice', async () => {
    const root = index(one, two, one);
    const { server, source, close } = await holding(one, two, root);
    const tree = await fetchTree(source, root.digest);
    await close();
    expect(tree.children.map(({ tree: child }) => child.manifest.digest)).toEqual([
      one.digest,
      two.digest,
      one.digest,
    ]);
    expect(keys(server.seen)).toEqual([one.digest, two.digest, root.digest].toSorted());
    expect(manifestsOf(tree).map(({ digest }) => digest)).toEqual([one.digest, two.digest, root.digest]);
  });

  test('is not fetched where its manifests are at hand', async () => {
    const root = index(one, two);
    const kept = new Map<Digest, Manifest>([root, one].map((manifest) => [manifest.digest, manifest]));
    const { server, source, close } = await holding(two);
    await fetchTree(source, root.digest, { known: (digest) => kept.get(digest) });
    await close();
    expect(keys(server.seen)).toEqual([two.digest]);
  });

  test('may have an index in an index, and no deeper', async () => {
    const nested = index(index(one));
    const fine = await holding(one, index(one), nested);
    expect(manifestsOf(await fetchTree(fine.source, nested.digest)).length).toBe(3);
    await fine.close();
    const deep = index(nested);
    const server = await holding(one, index(one), nested, deep);
    const error = await failureOf(fetchTree(server.source, deep.digest));
    await server.close();
    expect(error.code).toBe('unsupported manifest');
  });

  test('without one of its children is not found', async () => {
    const root = index(one, two);
    const { source, close } = await holding(root, one);
    const error = await failureOf(fetchTree(source, root.digest));
    await close();
    expect(error.code).toBe('not found');
  });
});
