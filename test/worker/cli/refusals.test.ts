import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { type Manifest, parseManifest } from '../../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { parseCommandLine } from '../../../worker/cli/command-line.ts';
import { parsePair } from '../../../worker/cli/pair.ts';
import { refusalOf } from '../../../worker/cli/refusals.ts';
import { planCopy } from '../../../worker/copy/plan.ts';
import type { ImageTree } from '../../../worker/copy/tree.ts';

const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/base/x';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const blob = (name: string, more: object = {}) => ({
  mediaType: LAYER,
  digest: digestOf(Buffer.from(name)),
  size: 5,
  ...more,
});

const manifest = (document: object): Manifest =>
  parseManifest(Buffer.from(JSON.stringify({ schemaVersion: 2, ...document })));
const image = (layers: readonly object[]): ImageTree => ({
  manifest: manifest({
    mediaType: MEDIA_TYPE.ociManifest,
    config: blob(`config of ${JSON.stringify(layers)}`),
    layers,
  }),
  children: [],
});
function index(children: Readonly<Record<string, ImageTree>>): ImageTree {
  const entries = Object.entries(children).map(([platform, tree]) => {
    const [os = '', architecture = ''] = platform.split('/');
    const { bytes, digest, mediaType } = tree.manifest;
    return { mediaType, digest, size: bytes.byteLength, platform: { os, architecture } };
  });
  const root = manifest({ mediaType: MEDIA_TYPE.ociIndex, manifests: entries });
  if (root.kind !== 'index') throw new Error(root.kind);
  const trees = Object.values(children);
  return {
    manifest: root,
    children: root.manifests.flatMap((descriptor, at) => {
      const tree = trees[at];
      return tree ? [{ descriptor, tree }] : [];
    }),
  };
}

const CACHE = ((): ImageTree => {
  const entry = blob('cached');
  const root = manifest({ mediaType: MEDIA_TYPE.ociIndex, manifests: [entry] });
  const { size: sizeBytes, ...rest } = entry;
  return { manifest: root, children: [], blobs: [{ ...rest, sizeBytes }] };
})();

function refused(tree: ImageTree, target = ECR, pullThroughPrefixes: readonly string[] = []) {
  const pair = parsePair('acme/x:1', target);
  const line = parseCommandLine(['copy', 'a', 'b', '--insecure-host', 'r.example:5000']);
  if (!pair.ok || !line.ok || line.command.kind !== 'copy') throw new Error('typed wrong');
  const { repository } = pair.pair.target;
  return refusalOf(planCopy(tree, new Set(), { repository, pullThroughPrefixes }), {
    pair: pair.pair,
    options: line.command.options,
  });
}

const GOOD = image([blob('good')]);
const EMPTY = image([blob('', { size: 0 })]);
const FOREIGN = image([blob('far', { urls: ['https://elsewhere.example/layer'] })]);

describe('before a byte moves', () => {
  test('what ECR can store is not refused', () => {
    expect(refused(GOOD)).toBeUndefined();
    expect(refused(index({ 'linux/amd64': GOOD }))).toBeUndefined();
  });

  test.each([
    ['an empty layer', EMPTY, /empty layer/, /Build it again without the empty layer/],
    ['a foreign layer', FOREIGN, /outside the registry/, /a build that has all its layers/],
    ['no layers', image([]), /has no layers/, /at least one layer/],
    [
      'a media type with parameters',
      image([blob('odd', { mediaType: `${LAYER}; charset=utf-8` })]),
      /does not take the media type/,
      new RegExp(`the media type ${LAYER.replace('+', '\\+')} alone`),
    ],
    ['a BuildKit cache', CACHE, /lists .*tar\+gzip .* as BuildKit's cache does/, /image-manifest=true/],
    ['an index of nothing', index({}), /its index lists nothing/, /Check the reference/],
  ])('%s is refused for ECR, with a way out', (_what, tree, why, wayOut) => {
    const failure = refused(tree);
    expect(failure).toMatchObject({ code: 'sourceUnsupported' });
    expect(failure?.summary).toMatch(/^acme\/x:1 cannot be stored in ECR: /);
    expect(failure?.summary).toMatch(why);
    expect(failure?.hint).toMatch(wayOut);
  });

  test('a repository that ECR fills itself is refused, with a way out', () => {
    const failure = refused(GOOD, ECR, ['base']);
    expect(failure?.summary).toBe(
      'acme/x:1 cannot be stored in ECR: ECR fills base/x itself, by the pull-through cache rule for base/.',
    );
    expect(failure?.hint).toMatch(/^Choose a repository that no pull-through cache rule covers/);
    expect(refused(GOOD, ECR, ['other'])).toBeUndefined();
    expect(refused(GOOD, 'r.example/base/x', ['base'])).toBeUndefined();
  });

  test('all that would be refused is told, each once', () => {
    const failure = refused(
      image([blob('', { size: 0 }), blob('far', { urls: ['https://elsewhere.example/x'] })]),
    );
    expect(failure?.summary).toMatch(/an empty layer/);
    expect(failure?.also).toEqual([expect.stringMatching(/outside the registry/)]);
  });

  test('other registries are only spared layers that no registry has', () => {
    for (const tree of [EMPTY, CACHE, image([]), index({})])
      expect(refused(tree, 'r.example/x')).toBeUndefined();
    expect(refused(FOREIGN, 'r.example/x')?.summary).toMatch(/^acme\/x:1 cannot be copied: /);
  });

  test('where only some platforms are refused the way out is the others, as a command', () => {
    const failure = refused(
      index({ 'linux/amd64': GOOD, 'windows/amd64': FOREIGN, 'linux/arm64': image([blob('arm')]) }),
    );
    expect(failure).toMatchObject({
      hint: 'Its other platforms can be copied:',
      command: `npx mirror copy --platform linux/amd64 --platform linux/arm64 --insecure-host r.example:5000 acme/x:1 ${ECR}:1`,
    });
  });
});
