import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { headerAuthorization } from '../../../worker/registry/authorization.ts';
import { errorBody, type inTurn, reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import { failureOf, openTestRegistry } from './test-registry.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
const kept = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};

const BYTES = Buffer.alloc(300_000, 'layer');
const BLOB = { mediaType: 'application/x', digest: digestOf(BYTES), sizeBytes: BYTES.length };
type Answer = Parameters<typeof inTurn>[0];

/** Takes uploads; keeps what came whole, and notes the rest as cut. */
async function target(options: { location?: string; put?: Answer; post?: Answer } = {}) {
  const stored = new Map<string, Buffer>();
  const cut = Promise.withResolvers<void>();
  let cuts = 0;
  const take: Answer = async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      cuts += 1;
      cut.resolve();
      return;
    }
    stored.set(
      new URL(request.url ?? '', 'http://x').searchParams.get('digest') ?? '',
      Buffer.concat(chunks),
    );
    return reply(201)(request, response);
  };
  const server = kept(
    await serveScript((request, response) => {
      if (request.method === 'POST') {
        const start = reply(202, '', { location: options.location ?? '/upload/1?_state=a%2Fb%3D&x' });
        return (options.post ?? start)(request, response);
      }
      if (request.method === 'DELETE') return reply(204)(request, response);
      if (request.method === 'HEAD') {
        const digest = request.url?.split('/').at(-1) ?? '';
        return reply(stored.has(digest) ? 200 : 404)(request, response);
      }
      return (options.put ?? take)(request, response);
    }),
  );
  return { server, stored, take, cut: cut.promise, cuts: () => cuts };
}
/** What was asked, but for giving up uploads, which nobody waits for. */
const methods = (server: ScriptedServer): readonly string[] =>
  server.seen.map(({ method }) => method).filter((method) => method !== 'DELETE');
const repositoryAt = (server: ScriptedServer) => kept(openTestRegistry(server.origin)).repository('a/b');
const from = (...pieces: readonly Buffer[]) => ({ open: async () => Readable.from(pieces) });
const PIECES = [BYTES.subarray(0, 100_000), BYTES.subarray(100_000)];

describe('an upload', () => {
  test('is one POST and one PUT with length and digest, the query of the upload untouched', async () => {
    const { server, stored } = await target();
    const sent: number[] = [];
    await repositoryAt(server).putBlob(BLOB, { ...from(...PIECES), onBytes: (bytes) => sent.push(bytes) });
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v2/a/b/blobs/uploads/',
      `PUT /upload/1?_state=a%2Fb%3D&x&digest=${BLOB.digest}`,
    ]);
    expect(server.seen[1]?.headers).toMatchObject({
      'content-length': '300000',
      'content-type': 'application/octet-stream',
    });
    expect(stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(sent).toEqual([0, 100_000, 300_000]);
  });

  test.each([
    ['a path of the host', '/up', '/up?digest='],
    ['relative to the request', 'id-1', '/v2/a/b/blobs/uploads/id-1?digest='],
    ['relative with steps up', '../../up', '/v2/a/b/up?digest='],
    ['with a digest of its own', '/up?digest=sha256:0&a=1', '/up?digest=sha256:0&a=1&digest='],
    ['with percent signs', '/u%70/%2F?s=%7E%2b+x', '/u%70/%2F?s=%7E%2b+x&digest='],
    ['with an empty query', '/up?', '/up?digest='],
    ['with a fragment', '/up?a=b#c', '/up?a=b&digest='],
  ])('goes to a Location that is %s', async (_name, location, start) => {
    const { server } = await target({ location });
    await repositoryAt(server).putBlob(BLOB, from(...PIECES));
    expect(server.seen[1]?.url).toBe(`${start}${BLOB.digest}`);
  });

  test('goes to a Location without a scheme, where that is its own host', async () => {
    const own = await target({
      post: (request, response) =>
        reply(202, '', { location: `//127.0.0.1:${own.server.port}/up` })(request, response),
    });
    await repositoryAt(own.server).putBlob(BLOB, from(...PIECES));
    expect(own.server.seen[1]?.url).toBe(`/up?digest=${BLOB.digest}`);
  });

  test('goes to an absolute Location on the same origin only', async () => {
    const canary = kept(await serveScript(reply(201)));
    const { server } = await target({ location: `${canary.origin}/up` });
    const error = await failureOf(repositoryAt(server).putBlob(BLOB, from(...PIECES)));
    expect(error.code).toBe('refused address');
    // Not even where blobs may be fetched from.
    const settings = { blobHosts: [`127.0.0.1:${canary.port}`] };
    const listed = kept(openTestRegistry(server.origin, { settings })).repository('a/b');
    expect((await failureOf(listed.putBlob(BLOB, from(...PIECES)))).code).toBe('refused address');
    expect(canary.connections).toBe(0);
    const ok = await target();
    const own = await target({
      post: (q, r) => reply(202, '', { location: `${own.server.origin}/up` })(q, r),
    });
    await repositoryAt(own.server).putBlob(BLOB, from(...PIECES));
    expect(own.server.seen[1]?.url).toContain('/up?digest=');
    expect(ok.server.seen).toEqual([]);
  });

  test('is not opened before the first byte is there', async () => {
    const { server } = await target();
    const gate = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    const slow = async function* () {
      opened.resolve();
      await gate.promise;
      yield BYTES;
    };
    const work = repositoryAt(server).putBlob(BLOB, { open: async () => Readable.from(slow()) });
    await opened.promise;
    expect(server.connections).toBe(0);
    gate.resolve();
    await work;
    expect(methods(server)).toEqual(['POST', 'PUT']);
  });

  test('of no bytes at all sends none', async () => {
    const { server, stored } = await target();
    const empty = { mediaType: 'x', digest: digestOf(Buffer.alloc(0)), sizeBytes: 0 };
    await repositoryAt(server).putBlob(empty, from());
    expect(stored.get(empty.digest)?.length).toBe(0);
  });
});

describe('bytes that are wrong', () => {
  const flipped = Buffer.from(BYTES);
  flipped[299_999] = 0;
  test.each([
    ['one flipped at the end', [flipped.subarray(0, 150_000), flipped.subarray(150_000)]],
    ['one too few', [BYTES.subarray(0, 200_000), BYTES.subarray(200_000, 299_999)]],
    // In the piece that completes it: what comes after a complete blob is nobody's any more.
    [
      'one too many',
      [BYTES.subarray(0, 150_000), Buffer.concat([BYTES.subarray(150_000), Buffer.from('x')])],
    ],
  ])('never complete: %s', async (_name, pieces) => {
    const { server, stored, cuts } = await target();
    const error = await failureOf(repositoryAt(server).putBlob(BLOB, from(...pieces)));
    expect(error.code).toBe('digest mismatch');
    expect(stored.size).toBe(0);
    // Read a second time, in case the fault was on the way, and not a third.
    expect(methods(server).filter((method) => method === 'POST').length).toBe(2);
    expect(cuts()).toBeLessThanOrEqual(2);
  });

  test('once are sent again from the start, in a new upload', async () => {
    const { server, stored } = await target();
    let turn = 0;
    const source = {
      open: async () => {
        turn += 1;
        return Readable.from(turn === 1 ? [PIECES[0], flipped.subarray(100_000)] : PIECES);
      },
    };
    await repositoryAt(server).putBlob(BLOB, source);
    expect(stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(server).filter((method) => method === 'POST').length).toBe(2);
    expect(methods(server)).toContain('HEAD');
  });
});

describe('a target that fails', () => {
  test('after it stored everything is asked by HEAD before anything is sent again', async () => {
    let first = true;
    const lost = await target({
      put: async (request, response) => {
        if (!first) return reply(500)(request, response);
        first = false;
        for await (const _chunk of request);
        lost.stored.set(BLOB.digest, BYTES);
        request.socket.destroy();
      },
    });
    await repositoryAt(lost.server).putBlob(BLOB, from(...PIECES));
    expect(methods(lost.server)).toEqual(['POST', 'PUT', 'HEAD']);
  });

  test('in the middle of the body gets the blob again in a new upload', async () => {
    const halfway = await target({
      put: (request, response) => {
        if (methods(halfway.server).length > 2) return halfway.take(request, response);
        request.once('data', () => request.socket.destroy());
      },
    });
    await repositoryAt(halfway.server).putBlob(BLOB, from(...PIECES));
    expect(halfway.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
  });

  test('with a reason while the body is being sent is heard', async () => {
    const early = await target({
      put: (request, response) => {
        request.once('data', () => {
          const body = errorBody('DENIED', 'not authorized to perform: ecr:UploadLayerPart');
          response.writeHead(403, { connection: 'close', 'content-length': body.length });
          response.end(body);
        });
      },
    });
    const endless = async function* () {
      yield BYTES.subarray(0, 200_000);
      yield await new Promise<Buffer>(() => {});
    };
    const error = await failureOf(
      repositoryAt(early.server).putBlob(BLOB, { open: async () => Readable.from(endless()) }),
    );
    expect([error.code, error.detail]).toEqual([
      'denied',
      'DENIED: not authorized to perform: ecr:UploadLayerPart',
    ]);
  });

  test('by closing the connection at the POST is told apart from the network', async () => {
    const { server } = await target({ post: (request) => void request.socket.destroy() });
    const error = await failureOf(repositoryAt(server).putBlob(BLOB, from(...PIECES)));
    expect([error.code, error.operation]).toEqual(['upload cut', 'start upload']);
    // The last on a new connection: the one of the HEAD might have been closed unseen.
    expect(methods(server)).toEqual(['POST', 'HEAD', 'POST', 'POST']);
  });

  test.each([
    ['without a Location', reply(202), 'protocol'],
    [
      'with 404 NAME_UNKNOWN',
      reply(404, errorBody('NAME_UNKNOWN', 'no such repository')),
      'repository unknown',
    ],
    ['with 403 DENIED', reply(403, errorBody('DENIED', 'ecr:InitiateLayerUpload')), 'denied'],
  ])('at the POST, %s, is told as what it is', async (_name, post, code) => {
    const { server } = await target({ post });
    expect((await failureOf(repositoryAt(server).putBlob(BLOB, from(...PIECES)))).code).toBe(code);
    expect(methods(server)).toEqual(['POST']);
  });

  test('because the token ran out between POST and PUT gets a new one, and the blob once more', async () => {
    const authorization = headerAuthorization(async (refused) => {
      current = refused === undefined ? current : 'Basic new';
      return current;
    });
    let current = 'Basic old';
    const expired = errorBody(
      'DENIED',
      'Your authorization token has expired. Reauthenticate and try again.',
    );
    const late = await target({
      put: async (request, response) => {
        if (request.headers.authorization === 'Basic new') return late.take(request, response);
        for await (const _chunk of request);
        return reply(403, expired)(request, response);
      },
    });
    const registry = kept(openTestRegistry(late.server.origin, { authorization }));
    await registry.repository('a/b').putBlob(BLOB, from(...PIECES));
    expect(late.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(late.server)).toEqual(['POST', 'PUT', 'HEAD', 'POST', 'PUT']);
  });

  test.each([
    ['DIGEST_INVALID', 'provided digest did not match uploaded content'],
    ['BLOB_UPLOAD_INVALID', 'None of the provided layer digests match the calculated layer digest'],
  ])('to agree about the digest gets the blob read anew once, and no more: %s', async (code, words) => {
    const invalid = reply(400, errorBody(code, words));
    const { server } = await target({
      put: async (request, response) => {
        for await (const _chunk of request);
        return invalid(request, response);
      },
    });
    let reads = 0;
    const open = async () => {
      reads += 1;
      return Readable.from(PIECES);
    };
    const error = await failureOf(repositoryAt(server).putBlob(BLOB, { open }));
    expect(error).toMatchObject({ code: 'upload invalid', status: 400, retryable: false });
    expect(error.message).toContain(words);
    expect([reads, methods(server).filter((method) => method === 'POST').length]).toEqual([2, 2]);
  });
});

describe('giving up an upload', () => {
  test('closes the target and the source', async () => {
    const whole = await target({
      put: (request, response) => {
        request.once('data', () => flowing.resolve());
        return whole.take(request, response);
      },
    });
    const flowing = Promise.withResolvers<void>();
    const source = new Readable({ read: () => {} });
    source.push(BYTES.subarray(0, 200_000));
    const reason = new Error('cancelled');
    const giveUp = new AbortController();
    const work = repositoryAt(whole.server).putBlob(BLOB, {
      open: async () => source,
      signal: giveUp.signal,
    });
    await flowing.promise;
    giveUp.abort(reason);
    await expect(work).rejects.toBe(reason);
    expect(source.destroyed).toBe(true);
    await whole.cut;
    expect(whole.stored.size).toBe(0);
  });
});
