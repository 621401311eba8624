import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { referrersTag } from '../../../core/oci/referrer.ts';
import type { SampleImage } from '../../../local/upstream/sample.ts';
import { findReferrers, REFERRERS_MAX, subjectsOf } from '../../../worker/copy/find-referrers.ts';
import { fetchTree } from '../../../worker/copy/tree.ts';
import type { Repository } from '../../../worker/registry/registry.ts';
import { errorBody, reply, serveScript } from '../registry/scripted-server.ts';
import { openTestRegistry } from '../registry/test-registry.ts';
import { startHub } from './hub.ts';
import { ON_THE_FIRST, PLATFORM_SBOMS, ROOT_COSIGN, ROOT_SIGNATURE, signed } from './signed-images.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};

async function find(source: Repository, tag = '1') {
  const facts = await source.headManifest(tag);
  if (!facts) throw new Error('no image');
  const tree = await fetchTree(source, facts.digest);
  const subjects = subjectsOf(tree);
  const found = await findReferrers({ source, subjects, treeOf: (digest) => fetchTree(source, digest) });
  return { ...found, subjects };
}

async function hub(image: SampleImage, referrersList: boolean) {
  const started = kept(await startHub({ images: [image], referrersList }));
  const asked = (kind: string): number => started.upstream.calls.filter((call) => call.kind === kind).length;
  return { ...started, source: started.registry.repository(image.repository), asked };
}

describe.each([
  ['a registry with a list of referrers', true],
  ['Docker Hub, where tags stand in for the list', false],
])('%s', (_what, list) => {
  test('the signature of the root, SBOMs of its platforms and a signature of an SBOM are found, each after its subject', async () => {
    const { source } = await hub(signed(PLATFORM_SBOMS, ROOT_SIGNATURE, ON_THE_FIRST), list);
    const { referrers, subjects, left, sizeBytes } = await find(source);
    expect(left).toBeUndefined();
    expect(sizeBytes).toBeGreaterThan(0);
    expect(subjects).toHaveLength(3);
    expect(referrers.map(({ kind }) => kind).sort()).toEqual(['sbom', 'sbom', 'signature', 'signature']);
    const before = new Set<string>(subjects);
    for (const { digest, subject } of referrers) {
      expect(before).toContain(subject);
      before.add(digest);
    }
    expect(new Set(referrers.map(({ digest }) => digest)).size).toBe(4);
  });

  test('cosign’s own tag of the root is found as a signature with its tag', async () => {
    const { source, upstream } = await hub(signed(ROOT_COSIGN), list);
    const { referrers } = await find(source);
    const tag = `${referrersTag(upstream.digestOf('library/signed', '1'))}.sig`;
    expect(referrers).toEqual([
      {
        kind: 'signature',
        tag,
        subject: upstream.digestOf('library/signed', '1'),
        digest: upstream.digestOf('library/signed', tag),
      },
    ]);
  });

  test('an image that nobody speaks of costs HEADs, and not one pull more', async () => {
    const { source, asked } = await hub(signed(), list);
    const { referrers } = await find(source);
    expect(referrers).toEqual([]);
    // The index, its two platforms and the attestation child.
    expect(asked('manifest get')).toBe(4);
  });

  test('the same set is the same list, in whatever order it was hung', async () => {
    const one = await hub(signed(ROOT_SIGNATURE, PLATFORM_SBOMS), list);
    const other = await hub(signed(PLATFORM_SBOMS, ROOT_SIGNATURE), list);
    expect((await find(one.source)).referrers).toEqual((await find(other.source)).referrers);
  });
});

test('a registry without a list is asked for it once, not for each platform', async () => {
  const { source, asked } = await hub(signed(PLATFORM_SBOMS), false);
  await find(source);
  // Once for the image and once for its SBOMs.
  expect(asked('referrers')).toBe(2);
});

test('an attestation inside of the index is no subject: it speaks itself', async () => {
  const { source } = await hub(signed(), true);
  const facts = await source.headManifest('1');
  const tree = await fetchTree(source, facts?.digest ?? digestOf(Buffer.of()));
  expect(tree.children).toHaveLength(3);
  expect(subjectsOf(tree)).toHaveLength(3);
});

describe('a registry that lists what is not so', () => {
  const manifest = (content: object) => {
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociManifest, ...content }),
    );
    return { bytes, digest: digestOf(bytes), size: bytes.length, mediaType: MEDIA_TYPE.ociManifest };
  };
  const config = {
    mediaType: 'application/vnd.oci.empty.v1+json',
    digest: digestOf(Buffer.from('{}')),
    size: 2,
  };
  const image = manifest({ config, layers: [config] });
  const speaksOf = (subject: { digest: string; size: number }, more: object = {}) =>
    manifest({
      config,
      layers: [config],
      artifactType: 'application/vnd.cncf.notary.signature',
      subject: { mediaType: MEDIA_TYPE.ociManifest, digest: subject.digest, size: subject.size },
      ...more,
    });

  async function registry(listed: readonly ReturnType<typeof manifest>[], missing: readonly string[] = []) {
    const all = [image, ...listed];
    const server = kept(
      await serveScript((request, response) => {
        const url = request.url ?? '';
        const last = url.split('/').at(-1) ?? '';
        if (url.includes('/referrers/')) {
          const manifests =
            last === image.digest ? listed.map(({ bytes: _, ...descriptor }) => descriptor) : [];
          const body = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests });
          return reply(200, body, { 'content-type': MEDIA_TYPE.ociIndex })(request, response);
        }
        const found = last === '1' ? image : all.find(({ digest }) => digest === last);
        if (!found || missing.includes(found.digest)) {
          return reply(404, errorBody('MANIFEST_UNKNOWN', 'unknown'))(request, response);
        }
        const headers = { 'content-type': found.mediaType, 'docker-content-digest': found.digest };
        return reply(200, found.bytes.toString('utf8'), headers)(request, response);
      }),
    );
    return kept(openTestRegistry(server.origin)).repository('a/b');
  }

  test('a manifest that speaks of something else is left out', async () => {
    const stray = speaksOf(speaksOf(image));
    const { referrers } = await find(await registry([speaksOf(image), stray]));
    expect(referrers.map(({ digest }) => digest)).toEqual([speaksOf(image).digest]);
  });

  test('one that is listed and gone does not hide the others, and is named', async () => {
    const gone = speaksOf(image, { annotations: { gone: 'yes' } });
    const { referrers, left } = await find(await registry([gone, speaksOf(image)], [gone.digest]));
    expect(referrers).toHaveLength(1);
    expect(left).toContain(gone.digest.slice(0, 11));
  });

  test('a thousand signatures are a hundred, and the rest is named', async () => {
    const many = Array.from({ length: REFERRERS_MAX + 20 }, (_, n) =>
      speaksOf(image, { annotations: { n: String(n) } }),
    );
    const { referrers, left } = await find(await registry(many));
    expect(referrers).toHaveLength(REFERRERS_MAX);
    expect(left).toBe('20 above the 100 that are taken along');
  });

  test('a server that answers 200 with a page to everything has no list', async () => {
    const server = kept(
      await serveScript((request, response) => {
        if ((request.url ?? '').includes('/referrers/'))
          return reply(200, '<html>hello</html>')(request, response);
        return reply(404)(request, response);
      }),
    );
    const source = kept(openTestRegistry(server.origin)).repository('a/b');
    await expect(source.listReferrers(image.digest)).resolves.toBeUndefined();
  });

  test.each([404, 400, 403, 405])('HTTP %s on the list means that there is none', async (status) => {
    const server = kept(await serveScript(reply(status, '404 page not found')));
    const source = kept(openTestRegistry(server.origin)).repository('a/b');
    await expect(source.listReferrers(image.digest)).resolves.toBeUndefined();
  });

  test('a registry that fails does not pass for one without signatures', async () => {
    const server = kept(await serveScript(reply(503)));
    const source = kept(openTestRegistry(server.origin)).repository('a/b');
    await expect(source.listReferrers(image.digest)).rejects.toMatchObject({ status: 503 });
  });

  test('the next page of a list is at the registry itself, or not read', async () => {
    const link = '<http://127.0.0.1:9/v2/a/b/referrers/x>; rel="next"';
    const body = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests: [] });
    const server = kept(await serveScript(reply(200, body, { 'content-type': MEDIA_TYPE.ociIndex, link })));
    const source = kept(openTestRegistry(server.origin)).repository('a/b');
    await expect(source.listReferrers(image.digest)).rejects.toMatchObject({ code: 'refused address' });
  });
});
