import { createServer, type LookupFunction, type Server } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parseReference } from '../../../core/oci/reference.ts';
import { digestOf } from '../../../core/oci/digest.ts';
import { parseManifest } from '../../../core/oci/manifest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import type { OpenBlob } from '../../../worker/registry/blobs.ts';
import { registryEndpoint } from '../../../worker/registry/endpoint.ts';
import { isRegistryError } from '../../../worker/registry/errors.ts';
import { keychainOf } from '../../../worker/registry/keychain.ts';
import { openRegistry, type Registry } from '../../../worker/registry/registry.ts';
import { BLOB, closeAll, kept, source } from '../copy/two-sides.ts';
import { reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import { innerSpellings } from './spellings.ts';
import type { Timeouts } from '../../../worker/registry/dispatcher.ts';
import { handClock, openTestRegistry } from './test-registry.ts';

const SPELLINGS = innerSpellings();
/** Every ask is refused before it waits for anything; a busy machine may take its time over it. */
const PATIENT: Timeouts = { connectMs: 30_000, headersMs: 30_000, idleMs: 30_000, commitMs: 30_000 };
afterEach(closeAll);

const INDEX_TEXT = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests: [] });
const INDEX = parseManifest(Buffer.from(INDEX_TEXT), MEDIA_TYPE.ociIndex);
const EMPTY = Buffer.from('{}');
const SMALL = { mediaType: 'application/x', digest: digestOf(EMPTY), sizeBytes: EMPTY.length };

/** What nobody may knock at: one port on the addresses of this machine. */
let canaries: readonly Server[];
let port: number;
let knocks = 0;
beforeAll(async () => {
  const opened: Server[] = [];
  const listenAt = async (host: string, at: number): Promise<number> => {
    const server = createServer((socket) => {
      knocks += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, host, resolve);
    });
    opened.push(server);
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    return address.port;
  };
  port = await listenAt('127.0.0.1', 0);
  // Not every machine has IPv6, or all of 127/8.
  for (const host of ['127.255.255.254', '::1']) await listenAt(host, port).catch(() => {});
  canaries = opened;
});
afterAll(async () => {
  await Promise.all(canaries.map((server) => new Promise((closed) => server.close(closed))));
});

/** Every name leads inside. */
const inside: LookupFunction = (_name, options, callback) => {
  if (options.all) return callback(null, [{ address: '127.0.0.1', family: 4 }]);
  return callback(null, '127.0.0.1', 4);
};
/** As a header carries it: the bytes of UTF-8. */
const inHeader = (text: string): string =>
  Buffer.from(text.replace(/[\r\n\0]/g, ''), 'utf8').toString('latin1');

/** Which errors a run over all spellings ended with; nothing may succeed, and nothing may be reached for. */
async function refusals(
  ask: (spelling: string) => Promise<unknown>,
  spellings = SPELLINGS,
): Promise<ReadonlySet<string>> {
  const codes = new Set<string>();
  for (const spelling of spellings) {
    try {
      await ask(spelling);
      codes.add(`${spelling} was let in`);
    } catch (error) {
      const code = isRegistryError(error) ? error.code : String(error);
      codes.add(code === 'refused address' || code === 'protocol' ? code : `${spelling}: ${code}, ${error}`);
    }
  }
  return codes;
}

/** A registry that leads wherever the test says next. */
async function leading(answer: (address: string) => Parameters<typeof serveScript>[0]) {
  let address = '';
  const server: ScriptedServer = kept(
    await serveScript((request, response) => answer(inHeader(address))(request, response)),
  );
  const account = keychainOf({ 'registry.test': { user: 'ann', secret: 'hunter2' } });
  const registry = (keychain = false): Registry =>
    kept(
      openTestRegistry(server.origin, {
        lookup: inside,
        timeouts: PATIENT,
        ...(keychain && { keychain: account }),
      }),
    );
  const run = (
    make: (spelling: string) => string,
    ask: () => Promise<unknown>,
    spellings = SPELLINGS,
  ): Promise<ReadonlySet<string>> =>
    refusals((spelling) => {
      address = make(spelling);
      return ask();
    }, spellings);
  return { registry, run, server };
}

/** 443 leaves the judgement to the address alone, the canaries' own port to the port as well. */
const addresses = (spelling: string): readonly string[] => [
  `https://${spelling}/x`,
  `https://${spelling}:${port}/x`,
];
const FORMS = [0, 1] as const;
const form =
  (at: (typeof FORMS)[number]) =>
  (spelling: string): string =>
    addresses(spelling)[at] ?? '';

describe('no spelling of a place inside is knocked at', () => {
  test('there are enough of them', () => {
    expect(SPELLINGS.length).toBeGreaterThanOrEqual(500);
  });

  test.each([
    ['sockets of our own', true],
    ['undici', false],
  ])('as a reference, by %s: what the grammar lets through, the connector refuses', async (_way, sockets) => {
    let typed = 0;
    const codes = await refusals(async (spelling) => {
      const parsed = parseReference(`${spelling}:${port}/a/b:1`);
      const host = parsed.ok ? parsed.reference.registry : `${spelling}:${port}`;
      if (parsed.ok) typed += 1;
      if (parsed.ok && host === 'docker.io') throw new Error('it is another registry');
      if (!URL.canParse(`https://${host}`)) throw new Error('no address');
      const plain = registryEndpoint('registry.test');
      const endpoint = { ...plain, host, origin: new URL(`https://${host}`).origin };
      const registry = openRegistry({
        endpoint,
        clock: handClock(),
        lookup: inside,
        timeouts: PATIENT,
        sockets,
      });
      try {
        await registry.repository('a/b').headManifest('1');
      } finally {
        await registry.close();
      }
    });
    const others = [...codes].filter((code) => !/^refused address$|no address/.test(code));
    expect(others).toEqual([]);
    expect(typed).toBeGreaterThan(50);
    expect(knocks).toBe(0);
  });

  test.each(
    FORMS.flatMap((at) => [
      { at, who: 'an account' },
      { at, who: 'nobody' },
    ]),
  )('as the realm of a challenge, for $who (form $at)', async ({ at, who }) => {
    const challenged = (address: string) =>
      reply(401, '', { 'www-authenticate': `Bearer realm="${address}",service="s"` });
    const { registry, run, server } = await leading(challenged);
    const repository = registry(who === 'an account').repository('a/b');
    expect([...(await run(form(at), () => repository.putManifest('1', INDEX)))]).toEqual(['refused address']);
    expect(server.seen.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
    expect(knocks).toBe(0);
  });

  test.each(FORMS)(
    'as a redirect of a manifest or a blob, by undici and by the pipe (form %i)',
    async (at) => {
      const { registry, run } = await leading((address) => reply(307, '', { location: address }));
      const repository = registry().repository('a/b');
      const ways: readonly (() => Promise<unknown>)[] = [
        () => repository.getManifest('1'),
        () => repository.openBlob(BLOB),
        () => repository.pipe?.open(BLOB) ?? Promise.resolve(),
      ];
      for (const ask of ways) {
        for (const code of await run(form(at), ask)) expect(['refused address', 'protocol']).toContain(code);
      }
      expect(knocks).toBe(0);
    },
  );

  test.each(FORMS)('as the Location of an upload, by undici and by the pipe (form %i)', async (at) => {
    const { registry, run, server } = await leading(
      (address) => (request, response) =>
        reply(request.method === 'POST' ? 202 : 404, '', { location: address })(request, response),
    );
    const small = kept(openTestRegistry((await source(reply(200, '{}'))).origin)).repository('c/d');
    const open = async (options: OpenBlob) => {
      const body = await small.pipe?.open(SMALL, options);
      if (!body) throw new Error('no pipe');
      return body;
    };
    const repository = registry().repository('a/b');
    const place = { host: 'registry.test', operation: 'get blob' } as const;
    const ways: readonly (() => Promise<unknown>)[] = [
      () => repository.putBlob(SMALL, { open: async () => Readable.from([EMPTY]) }),
      () => repository.pipe?.put(SMALL, { open, place }) ?? Promise.resolve(),
    ];
    for (const ask of ways) {
      for (const code of await run(form(at), ask)) expect(['refused address', 'protocol']).toContain(code);
    }
    expect(server.seen.some(({ method }) => method === 'PUT')).toBe(false);
    expect(knocks).toBe(0);
  });

  test.each(FORMS)('as the Link to a next page, of tags and of referrers (form %i)', async (at) => {
    const { registry, run } = await leading((address) => (request, response) => {
      const isTags = request.url?.includes('/tags/') === true;
      response.writeHead(200, {
        'content-type': isTags ? 'application/json' : MEDIA_TYPE.ociIndex,
        link: `<${address}>; rel="next"`,
      });
      // As bytes: with a text Node would encode the headers as UTF-8 once more.
      response.end(Buffer.from(isTags ? '{"tags":["1"]}' : INDEX_TEXT));
    });
    const repository = registry().repository('a/b');
    // A Link that is no address has no next page.
    const links = SPELLINGS.filter((spelling) => URL.canParse(inHeader(form(at)(spelling))));
    expect(links.length).toBeGreaterThan(400);
    for (const ask of [() => repository.listTags(), () => repository.listReferrers(BLOB.digest)]) {
      expect([...(await run(form(at), ask, links))]).toEqual(['refused address']);
    }
    expect(knocks).toBe(0);
  });
});
