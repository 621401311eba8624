import type { LookupFunction } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { registryEndpoint } from '../../../worker/registry/endpoint.ts';
import { openRegistry } from '../../../worker/registry/registry.ts';
import { mirror } from '../copy/mirror.ts';
import { TRANSFERS } from '../copy/transfers.ts';
import { closeAll, kept, target } from '../copy/two-sides.ts';
import { reply, serveScript } from './scripted-server.ts';
import { failureOf, handClock, openTestRegistry, SHORT } from './test-registry.ts';
import { innerSpellings } from './spellings.ts';

afterEach(closeAll);

const CONFIG = Buffer.from('{}');
const LAYER = Buffer.from('a layer');
const of = (bytes: Buffer, mediaType: string) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });

describe('addresses in a manifest', () => {
  test.each(TRANSFERS)(
    'are never followed, whatever they are: the registry has the bytes (%s)',
    async (_way, by) => {
      const canary = kept(await serveScript(reply(200, 'secret')));
      const urls = [
        ...innerSpellings().map((spelling) => `https://${spelling}:${canary.port}/layer`),
        `http://127.0.0.1:${canary.port}/layer`,
        'file:///etc/passwd',
      ];
      const subject = { ...of(CONFIG, MEDIA_TYPE.ociManifest), urls };
      const manifest = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: MEDIA_TYPE.ociManifest,
          config: { ...of(CONFIG, 'application/vnd.oci.image.config.v1+json'), urls },
          layers: [{ ...of(LAYER, 'application/vnd.oci.image.layer.v1.tar+gzip'), urls }],
          subject,
        }),
      );
      const referrers = JSON.stringify({
        schemaVersion: 2,
        mediaType: MEDIA_TYPE.ociIndex,
        manifests: [subject],
      });
      const served: Readonly<Record<string, Buffer>> = {
        [digestOf(CONFIG)]: CONFIG,
        [digestOf(LAYER)]: LAYER,
      };
      const from = kept(
        await serveScript((request, response) => {
          const path = request.url ?? '';
          if (path.includes('/referrers/')) {
            return reply(200, referrers, { 'content-type': MEDIA_TYPE.ociIndex })(request, response);
          }
          const bytes = path.includes('/manifests/') ? manifest : served[path.split('/').at(-1) ?? ''];
          if (!bytes) return reply(404)(request, response);
          return reply(200, bytes.toString(), {
            'content-type': path.includes('/manifests/')
              ? MEDIA_TYPE.ociManifest
              : 'application/octet-stream',
            ...(path.includes('/manifests/') && { 'docker-content-digest': digestOf(manifest) }),
          })(request, response);
        }),
      );
      const source = kept(openTestRegistry(from.origin)).repository('a/b');
      const to = await target();
      const place = kept(openTestRegistry(to.server.origin)).repository('c/d');
      await source.listReferrers(digestOf(manifest));
      // What becomes of a foreign layer is the plan's to say; that nobody goes there is this test's.
      await mirror(source, place, { tag: '1', transfer: by }).catch(() => {});
      expect(from.seen.length).toBeGreaterThan(2);
      expect(canary.connections).toBe(0);
    },
  );
});

test.each([
  ['sockets of our own', true],
  ['undici', false],
])('a name that resolves inside at the second look is not knocked at, by %s', async (_way, sockets) => {
  const canary = kept(await serveScript(reply(200, 'secret')));
  let looks = 0;
  // 2d00::/8 is nobody's (IANA, "IPv6 Global Unicast Address Assignments"): public by its number, and leads nowhere.
  const lookup: LookupFunction = (_name, options, callback) => {
    looks += 1;
    const [address, family] = looks === 1 ? ['2d00::1', 6] : ['127.0.0.1', 4];
    if (options.all) return callback(null, [{ address: String(address), family: Number(family) }]);
    return callback(null, String(address), Number(family));
  };
  const endpoint = registryEndpoint(`rebind.example:${canary.port}`);
  const timeouts = { ...SHORT, connectMs: 500 };
  const registry = kept(openRegistry({ endpoint, clock: handClock(), lookup, timeouts, sockets }));
  const error = await failureOf(registry.repository('a/b').headManifest('1'));
  expect(error.code).toBe('refused address');
  // Once for each try: what was judged is what was connected to.
  expect(looks).toBe(2);
  expect(canary.connections).toBe(0);
});
