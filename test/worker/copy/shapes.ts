import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import type { PlanRefusal } from '../../../worker/copy/plan.ts';
import { bare, CONFIG, type Content, content, image, index, LAYER, on, type Shape } from './documents.ts';

export interface NamedShape {
  /** Part of a repository's name. */
  readonly id: string;
  readonly what: string;
  readonly shape: Shape;
  /** Why ECR cannot store it, told before a byte moves. */
  readonly refused?: PlanRefusal['kind'];
  /** ECR says no only to the manifest: it is not known well enough to say so before. */
  readonly late?: boolean;
}

const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';
const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
const EMPTY_CONFIG: Content = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  bytes: Buffer.from('{}'),
};
const attested = (shape: Shape) => ({
  ...shape,
  entry: {
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    platform: { architecture: 'unknown', os: 'unknown' },
  },
});
const docker = (name: string): Shape =>
  image(name, {
    mediaType: MEDIA_TYPE.dockerManifest,
    config: content(`{"docker":"${name}"}`, 70, DOCKER_CONFIG),
    layers: [content(`docker layer of ${name}`, 40_000, DOCKER_LAYER)],
  });
const opaque = (name: string, mediaType: string): Shape =>
  image(name, { layers: [content(`bytes of ${name}`, 9_000, mediaType)] });

const amd64 = image('amd64');
const plain = on('linux', 'amd64', amd64);
const cacheConfig = content('{"layers":[]}', 65, 'application/vnd.buildkit.cacheconfig.v0');

/** Shapes of images that people meet. Every registry gets them all. */
export const SHAPES: readonly NamedShape[] = [
  {
    id: 'index',
    what: 'an OCI index with two platforms and an attestation',
    shape: index([plain, on('linux', 'arm64', image('arm64')), attested(image('attestation'))]),
  },
  {
    id: 'list',
    what: 'a Docker list',
    shape: index([on('linux', 'amd64', docker('a')), on('linux', 'arm64', docker('b'))], {
      mediaType: MEDIA_TYPE.dockerList,
    }),
  },
  { id: 'image', what: 'a single OCI image', shape: amd64 },
  { id: 'docker', what: 'a single Docker image', shape: docker('single') },
  {
    id: 'untyped-image',
    what: 'an image that names no media type',
    shape: image('untyped', { fields: { mediaType: undefined } }),
  },
  {
    id: 'untyped-index',
    what: 'an index that names no media type, sent as text',
    shape: index([plain], { fields: { mediaType: undefined }, contentType: 'text/plain; charset=utf-8' }),
  },
  {
    id: 'parameters',
    what: 'an image sent with parameters in its Content-Type',
    shape: image('parameters', { contentType: `${MEDIA_TYPE.ociManifest}; charset=utf-8` }),
  },
  { id: 'three-deep', what: 'indexes three deep', shape: index([index([index([plain])])]) },
  {
    id: 'thirty',
    what: 'an index of thirty',
    shape: index(Array.from({ length: 30 }, (_, at) => on('linux', `a${at}`, image(`child ${at}`)))),
  },
  {
    id: 'twice',
    what: 'an index that lists a child twice',
    shape: index([plain, on('linux', '386', amd64)]),
  },
  {
    id: 'layer-twice',
    what: 'an image that lists a layer twice, which is its configuration too',
    shape: image('layer twice', {
      config: content('one for all', 500, CONFIG),
      layers: [content('one for all', 500), content('once', 600), content('one for all', 500)],
    }),
  },
  {
    id: 'artifact',
    what: 'an artifact with the empty configuration of two bytes',
    shape: image('artifact', {
      config: EMPTY_CONFIG,
      layers: [content('{"spdx":true}', 300, 'application/spdx+json')],
      fields: { artifactType: 'application/spdx+json' },
    }),
  },
  { id: 'zstd', what: 'a zstd layer', shape: opaque('zstd', 'application/vnd.oci.image.layer.v1.tar+zstd') },
  {
    id: 'encrypted',
    what: 'an encrypted layer',
    shape: opaque('encrypted', 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted'),
  },
  {
    id: 'estargz',
    what: 'an eStargz layer, told by its annotation',
    shape: image('estargz', {
      fields: { annotations: { 'containerd.io/snapshot/stargz/toc.digest': `sha256:${'a'.repeat(64)}` } },
    }),
  },
  {
    id: 'wasm',
    what: 'a wasm module',
    shape: image('wasm', {
      config: content('{"wasm":1}', 40, 'application/vnd.wasm.config.v0+json'),
      layers: [content('\0asm', 5_000, 'application/wasm')],
    }),
  },
  {
    id: 'helm',
    what: 'a Helm chart',
    shape: image('helm', {
      config: content('{"name":"chart"}', 60, 'application/vnd.cncf.helm.config.v1+json'),
      layers: [content('chart', 4_000, 'application/vnd.cncf.helm.chart.content.v1.tar+gzip')],
    }),
  },
  {
    id: 'written-oddly',
    what: 'a pretty-printed document with a repeated key and a newline at its end',
    shape: image('oddly', {
      write: (document) =>
        `${JSON.stringify(document, null, 3).replace('"schemaVersion": 2', '"schemaVersion": 2,\r\n\t"schemaVersion": 2')}\n`,
    }),
  },
  {
    id: 'index-written-oddly',
    what: 'a pretty-printed index with keys that nobody knows',
    shape: index([{ ...amd64, entry: { 'x-seen': [1, null, 1.0] } }], {
      fields: { 'x-unknown': { b: 1, a: 2 } },
      write: (document) => `\n${JSON.stringify(document, null, '\t').replace('"size": ', '"size":  ')} `,
    }),
  },
  {
    id: 'windows',
    what: 'a platform with version and features of its system',
    shape: index([
      {
        ...amd64,
        entry: {
          platform: {
            os: 'windows',
            architecture: 'amd64',
            'os.version': '10.0.17763.6414',
            'os.features': ['win32k'],
          },
        },
      },
    ]),
  },
  {
    id: 'data',
    what: 'a descriptor with data, which is not what its digest says',
    shape: image('data', {
      fields: {
        config: {
          ...Object(JSON.parse(amd64.root.bytes.toString())).config,
          data: Buffer.from('something else').toString('base64'),
        },
      },
      config: content('{"config of":"amd64"}', 80, CONFIG),
    }),
    late: true,
  },
  {
    id: 'features',
    what: 'an index with platform.features',
    shape: index([
      { ...amd64, entry: { platform: { os: 'linux', architecture: 'amd64', features: ['sse4'] } } },
    ]),
    refused: 'platform features',
  },
  {
    id: 'no-layers',
    what: 'an image without layers',
    shape: image('bare', { layers: [] }),
    refused: 'no layers',
  },
  { id: 'nothing', what: 'an index of nothing', shape: index([]), refused: 'empty index' },
  {
    id: 'empty-blob',
    what: 'an image with a layer of no bytes',
    shape: image('hollow', { layers: [content('', 0)] }),
    refused: 'empty blob',
  },
  {
    id: 'cache',
    what: 'a BuildKit cache, an index of layers',
    shape: index([bare(content('cached', 30_000, LAYER)), bare(cacheConfig)]),
    refused: 'blob in index',
  },
  {
    id: 'unknown-entry',
    what: 'an index with an entry of a type nobody knows, which is a blob',
    shape: index([plain, bare(content('{"x":"unknown"}', 90, 'application/vnd.example.thing+json'))]),
    refused: 'blob in index',
  },
];
