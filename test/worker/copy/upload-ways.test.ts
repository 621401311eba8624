import { afterEach, describe, expect, test } from '@jest/globals';
import { headerAuthorization } from '../../../worker/registry/authorization.ts';
import type { BlobTransfer } from '../../../worker/copy/transfer.ts';
import { failureOf, openTestRegistry } from '../registry/test-registry.ts';
import { errorBody, inTurn, reply, type ScriptedServer, serveScript } from '../registry/scripted-server.ts';
import { TRANSFERS } from './transfers.ts';
import { type Answer, BLOB, BYTES, closeAll, kept, LENGTH, source, target } from './two-sides.ts';

afterEach(closeAll);

const repositoryOf = (server: { readonly origin: string }, name: string) =>
  kept(openTestRegistry(server.origin)).repository(name);

async function sides(by: BlobTransfer, server: ScriptedServer, more: { mountFrom?: string } = {}) {
  const from = repositoryOf(await source(), 'a/b');
  const to = repositoryOf(server, 'c/d');
  const signal = new AbortController().signal;
  return () => by({ source: from, target: to, blob: BLOB, onBytes: () => {}, signal, ...more });
}
const asked = (server: ScriptedServer): readonly string[] =>
  server.seen.map(({ method, url }) => `${method} ${url.replace(/sha256:[0-9a-f]{64}/g, 'DIGEST')}`);

/** A registry that takes bytes only by PATCH. */
async function patchesOnly(
  options: { readonly status?: number; readonly moved?: string; readonly refusal?: Answer } = {},
) {
  const { status = 202, moved, refusal = reply(405, errorBody('UNSUPPORTED', 'not so')) } = options;
  let held = Buffer.alloc(0);
  let stored: Buffer | undefined;
  const answer: Answer = async (request, response) => {
    const ends = request.url?.includes('digest=') === true;
    switch (request.method) {
      case 'POST':
        return reply(202, '', { location: '/upload/1?state=x' })(request, response);
      case 'PATCH': {
        const pieces: Buffer[] = [];
        for await (const piece of request) pieces.push(piece);
        held = Buffer.concat(pieces);
        return reply(status, '', moved === undefined ? {} : { location: moved })(request, response);
      }
      case 'PUT':
        if (Number(request.headers['content-length']) > 0) return refusal(request, response);
        if (ends) stored = held;
        return reply(201)(request, response);
      default:
        return reply(request.method === 'HEAD' ? 404 : 204)(request, response);
    }
  };
  const server = kept(await serveScript(answer));
  return { server, answer, stored: () => stored };
}

/** Ends uploads with one status and answers HEAD with another. */
async function ending(status: number, head: number): Promise<ScriptedServer> {
  const to = await target({
    put: (request, response) => {
      request.resume();
      request.once('end', () => reply(status)(request, response));
    },
    head: reply(head),
  });
  return to.server;
}

describe.each(TRANSFERS)('an upload through %s', (_way, by) => {
  test.each([
    ['405', reply(405, errorBody('UNSUPPORTED', 'not so'))],
    ['404 from something that has no such route', reply(404, 'no route')],
    ['415', reply(415)],
    ['501', reply(501, 'Not Implemented')],
    ['400 UNSUPPORTED', reply(400, errorBody('UNSUPPORTED', 'The operation is unsupported.'))],
  ])(
    'whose one PUT is refused with %s goes by one PATCH, and the registry is remembered for it',
    async (_name, refusal) => {
      const { server, stored } = await patchesOnly({ refusal });
      const again = await sides(by, server);
      await again();
      expect(stored()?.equals(BYTES)).toBe(true);
      const first = server.seen.length;
      await again();
      // The upload that was refused is given up beside what goes on.
      const sent = server.seen.slice(first).map(({ method }) => method);
      expect(sent.filter((method) => method !== 'DELETE')).toEqual(['POST', 'PATCH', 'PUT']);
    },
  );

  test('whose PATCH is refused as well is not remembered for it', async () => {
    const server = kept(
      await serveScript((request, response) => {
        if (request.method === 'POST') return reply(202, '', { location: '/upload/1' })(request, response);
        const status = request.method === 'HEAD' ? 404 : request.method === 'DELETE' ? 204 : 405;
        request.resume();
        request.once('end', () => reply(status)(request, response));
      }),
    );
    const again = await sides(by, server);
    for (const _time of [1, 2]) expect((await failureOf(again())).status).toBe(405);
    const sent = server.seen.map(({ method }) => method).filter((each) => /PUT|PATCH/.test(each));
    expect(sent).toEqual(['PUT', 'PATCH', 'PUT', 'PATCH']);
  });

  test.each([200, 201, 202, 204])('by PATCH takes %i for a yes', async (status) => {
    const { server, stored } = await patchesOnly({ status });
    await (await sides(by, server))();
    expect(stored()?.equals(BYTES)).toBe(true);
  });

  test('by PATCH ends at the address that the answer to the bytes named', async () => {
    const { server } = await patchesOnly({ moved: '/upload/2?state=y%2F' });
    await (await sides(by, server))();
    expect(asked(server).at(-1)).toBe('PUT /upload/2?state=y%2F&digest=DIGEST');
  });

  test('by PATCH whose token ends meanwhile is ended with a new one, and no byte is sent twice', async () => {
    let current = 'Basic old';
    const authorization = headerAuthorization(async (refused) => {
      current = refused === undefined ? current : 'Basic new';
      return current;
    });
    const inner = await patchesOnly();
    const server = kept(
      await serveScript(async (request, response) => {
        const ends = request.method === 'PUT' && Number(request.headers['content-length']) === 0;
        if (ends && request.headers.authorization !== 'Basic new') return reply(401)(request, response);
        return inner.answer(request, response);
      }),
    );
    const from = repositoryOf(await source(), 'a/b');
    const to = kept(openTestRegistry(server.origin, { authorization })).repository('c/d');
    const signal = new AbortController().signal;
    await by({ source: from, target: to, blob: BLOB, onBytes: () => {}, signal });
    expect(inner.stored()?.equals(BYTES)).toBe(true);
    expect(server.seen.map(({ method }) => method).filter((each) => each !== 'DELETE')).toEqual([
      'POST',
      'PUT',
      'POST',
      'PATCH',
      'PUT',
      'PUT',
    ]);
  });

  test('by PATCH is not sent on to another host', async () => {
    const { server, stored } = await patchesOnly({ moved: 'http://127.0.0.1:9/upload/2' });
    const error = await failureOf((await sides(by, server))());
    expect(error.code).toBe('refused address');
    expect(stored()).toBeUndefined();
  });

  test.each([
    ['a wrong digest', 400, 'DIGEST_INVALID'],
    ['missing rights', 403, 'DENIED'],
    ['a body that is too large', 413, 'x'],
  ])('that is refused for %s is not tried by PATCH', async (_name, status, code) => {
    const { server } = await patchesOnly({ refusal: reply(status, errorBody(code, 'no')) });
    await failureOf((await sides(by, server))());
    expect(server.seen.map(({ method }) => method)).not.toContain('PATCH');
  });

  test.each([
    [200, 'there'],
    [204, 'there'],
    [204, 'not told'],
  ])('that is ended with %i is done where the blob is %s', async (status, blob) => {
    const to = await ending(status, blob === 'there' ? 200 : 405);
    await (await sides(by, to))();
    expect(asked(to).map((each) => each.split(' ')[0])).toEqual(['POST', 'PUT', 'HEAD']);
  });

  test.each([200, 204])(
    'that is ended with %i is not believed where the blob is not there',
    async (status) => {
      const error = await failureOf((await sides(by, await ending(status, 404)))());
      expect(error).toMatchObject({ code: 'protocol', operation: 'put blob' });
      expect(error.detail).toMatch(/is not there/);
    },
  );

  test.each([
    ['409', reply(409, errorBody('CONFLICT', 'the layer is there'))],
    ['400 LayerAlreadyExists', reply(400, errorBody('LayerAlreadyExistsException', 'it already exists'))],
  ])('of a blob that another worker has brought meanwhile is done: %s', async (_name, refusal) => {
    const to = await target({
      put: (request, response) => {
        request.resume();
        request.once('end', () => {
          to.stored.set(BLOB.digest, BYTES);
          return refusal(request, response);
        });
      },
    });
    await (await sides(by, to.server))();
    expect(asked(to.server).filter((each) => !each.startsWith('DELETE')).length).toBe(3);
  });

  test('that is refused as already there, and is not, is an error', async () => {
    const to = await target({
      put: (request, response) => {
        request.resume();
        request.once('end', () => reply(409, errorBody('CONFLICT', 'no'))(request, response));
      },
    });
    expect((await failureOf((await sides(by, to.server))())).status).toBe(409);
  });

  test('that fails gives up its session, and the next attempt has another one', async () => {
    const to = await target({
      put: inTurn(
        (request, response) => {
          request.resume();
          request.once('end', () => reply(500)(request, response));
        },
        (request, response) => to.take(request, response),
      ),
      post: inTurn(reply(202, '', { location: '/upload/1' }), reply(202, '', { location: '/upload/2' })),
    });
    await (await sides(by, to.server))();
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(asked(to.server)).toContain('DELETE /upload/1');
    expect(asked(to.server).filter((each) => each.startsWith('PUT /upload/2'))).toHaveLength(1);
  });

  test('that is given up tells the target so', async () => {
    const dropped = Promise.withResolvers<string>();
    const flowing = Promise.withResolvers<void>();
    const server = kept(
      await serveScript((request, response) => {
        if (request.method === 'POST')
          return reply(202, '', { location: '/upload/1?s=1' })(request, response);
        if (request.method !== 'DELETE') return void request.once('data', () => flowing.resolve());
        dropped.resolve(request.url ?? '');
        return reply(204)(request, response);
      }),
    );
    const slow = await source((_request, response) => {
      response.writeHead(200, LENGTH);
      response.write(BYTES.subarray(0, 200_000));
    });
    const giveUp = new AbortController();
    const work = by({
      source: repositoryOf(slow, 'a/b'),
      target: repositoryOf(server, 'c/d'),
      blob: BLOB,
      onBytes: () => {},
      signal: giveUp.signal,
    });
    await flowing.promise;
    giveUp.abort(new Error('cancelled'));
    let told = false;
    void dropped.promise.then(() => {
      told = true;
    });
    await expect(work).rejects.toThrow('cancelled');
    // Told before the copy ends: whoever stops it may end the process next.
    expect(told).toBe(true);
    expect(await dropped.promise).toBe('/upload/1?s=1');
  });
});

describe.each(TRANSFERS)('a blob that another repository of the target has, through %s,', (_way, by) => {
  async function mounting(answer: Answer) {
    const to = await target({
      post: (request, response) =>
        request.url?.includes('mount=') === true
          ? answer(request, response)
          : reply(202, '', { location: '/upload/own' })(request, response),
    });
    return to;
  }

  test('is taken over without a byte: 201', async () => {
    const to = await mounting(reply(201));
    const from = await source();
    const signal = new AbortController().signal;
    const [a, c] = [repositoryOf(from, 'a/b'), repositoryOf(to.server, 'c/d')];
    await by({ source: a, target: c, blob: BLOB, onBytes: () => {}, signal, mountFrom: 'e/f' });
    expect(asked(to.server)).toEqual(['POST /v2/c/d/blobs/uploads/?mount=DIGEST&from=e%2Ff']);
    expect(from.seen).toEqual([]);
  });

  test('and is not given away is uploaded to where the answer says: 202', async () => {
    const to = await mounting(reply(202, '', { location: '/upload/offered' }));
    await (await sides(by, to.server, { mountFrom: 'e/f' }))();
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(asked(to.server).map((each) => each.split('?')[0])).toEqual([
      'POST /v2/c/d/blobs/uploads/',
      'PUT /upload/offered',
    ]);
  });

  test.each([
    ['202 without a Location', reply(202)],
    ['400', reply(400)],
    ['401', reply(401)],
    ['404', reply(404)],
    ['405', reply(405)],
  ])('and is refused is uploaded as any other: %s', async (_name, answer) => {
    const to = await mounting(answer);
    await (await sides(by, to.server, { mountFrom: 'e/f' }))();
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(asked(to.server).at(-1)).toMatch(/^PUT \/upload\/own/);
  });
});

test('an answer without a length is read through undici after all', async () => {
  const chunked: Answer = (_request, response) => {
    response.writeHead(200);
    response.end(BYTES);
  };
  const to = await target();
  const [from, there] = [repositoryOf(await source(chunked), 'a/b'), repositoryOf(to.server, 'c/d')];
  const { socketTransfer } = await import('../../../worker/copy/socket-transfer.ts');
  const signal = new AbortController().signal;
  await socketTransfer({ source: from, target: there, blob: BLOB, onBytes: () => {}, signal });
  expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
});
