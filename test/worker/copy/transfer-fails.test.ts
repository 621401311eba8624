import { afterEach, describe, expect, test } from '@jest/globals';
import { headerAuthorization } from '../../../worker/registry/authorization.ts';
import type { RegistryOptions } from '../../../worker/registry/registry.ts';
import { errorBody, reply } from '../registry/scripted-server.ts';
import { failureOf } from '../registry/test-registry.ts';
import { TRANSFERS } from './transfers.ts';
import { type Answer, BLOB, BYTES, LENGTH, closeAll, methods, move, source, target } from './two-sides.ts';

afterEach(closeAll);

describe.each(TRANSFERS)('a target of %s that fails', (_way, by) => {
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
    await move(by, { from: await source(), to: lost.server });
    expect(methods(lost.server)).toEqual(['POST', 'PUT', 'HEAD']);
  });

  test.each([
    ['by closing after 10 %', 0.1, false],
    ['by a reset after 10 %', 0.1, true],
    ['by closing after 99 %', 0.99, false],
    ['by a reset after 99 %', 0.99, true],
  ])('%s of the body gets the blob again in a new upload', async (_name, part, reset) => {
    let cuts = 0;
    const halfway = await target({
      put: (request, response) => {
        if (cuts > 0) return halfway.take(request, response);
        let bytes = 0;
        request.on('error', () => {});
        request.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (cuts > 0 || bytes < BYTES.length * part) return;
          cuts += 1;
          if (reset) request.socket.resetAndDestroy();
          else request.socket.destroy();
        });
      },
    });
    await move(by, { from: await source(), to: halfway.server });
    expect(halfway.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(halfway.server)).toEqual(['POST', 'PUT', 'HEAD', 'POST', 'PUT']);
  });

  test.each([
    ['with a length', true],
    ['chunked', false],
  ])('with a reason while the body is being sent is heard, %s', async (_name, measured) => {
    const early = await target({
      put: (request, response) => {
        request.once('data', () => {
          const body = errorBody('DENIED', 'not authorized to perform: ecr:UploadLayerPart');
          const length = measured ? { 'content-length': body.length } : {};
          response.writeHead(403, { connection: 'close', ...length });
          response.end(body);
        });
      },
    });
    // One piece: what is written to a connection that has just been closed may cost the answer that lies in it.
    const stalled: Answer = (_request, response) => {
      response.writeHead(200, LENGTH).write(BYTES.subarray(0, 50_000));
    };
    const error = await failureOf(move(by, { from: await source(stalled), to: early.server }));
    expect(error).toMatchObject({
      code: 'denied',
      detail: 'DENIED: not authorized to perform: ecr:UploadLayerPart',
    });
  });

  test('by storing other bytes than it was sent is told so', async () => {
    const put: Answer = async (request, response) => {
      for await (const _chunk of request);
      return reply(201, '', { 'docker-content-digest': `sha256:${'0'.repeat(64)}` })(request, response);
    };
    const to = await target({ put });
    const error = await failureOf(move(by, { from: await source(), to: to.server }));
    expect(error).toMatchObject({ code: 'digest mismatch', operation: 'put blob' });
  });

  test('because the token ran out gets a new one, and the blob once more', async () => {
    let current = 'Basic old';
    const authorization = headerAuthorization(async (refused) => {
      current = refused === undefined ? current : 'Basic new';
      return current;
    });
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
    await move(by, { from: await source(), to: late.server, targetOptions: { authorization } });
    expect(late.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(methods(late.server)).toEqual(['POST', 'PUT', 'HEAD', 'POST', 'PUT']);
  });
});

describe.each(TRANSFERS)('a redirect of %s', (_way, by) => {
  test('is followed without the credentials of the registry', async () => {
    const storage = await source();
    const from = await source((request, response) =>
      reply(307, 'moved', { location: `${storage.origin}/signed?x=1` })(request, response),
    );
    const to = await target();
    const sourceOptions = {
      settings: { blobHosts: [new URL(storage.origin).host] },
      authorization: headerAuthorization(async () => 'Basic secret'),
    };
    await move(by, { from, to: to.server, sourceOptions });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
    expect(from.seen[0]?.headers.authorization).toBe('Basic secret');
    expect([storage.seen[0]?.url, storage.seen[0]?.headers.authorization]).toEqual([
      '/signed?x=1',
      undefined,
    ]);
  });

  test.each([
    'http://127.0.0.1:PORT/x',
    'http://localhost:PORT/x',
    'https://169.254.169.254/x',
    'http://[::1]:PORT/',
  ])('to %s, which the configuration does not list, opens no connection', async (place) => {
    const canary = await source();
    const location = place.replace('PORT', String(canary.port));
    const from = await source(reply(307, '', { location }));
    const error = await failureOf(move(by, { from, to: (await target()).server }));
    expect(error.code).toBe('refused address');
    expect(canary.connections).toBe(0);
  });

  test('to a name that resolves to a private address opens no connection', async () => {
    const from = await source(reply(307, '', { location: 'https://storage.test/x' }));
    const lookup: RegistryOptions['lookup'] = (_host, _options, callback) =>
      callback(null, [{ address: '10.0.0.1', family: 4 }]);
    const error = await failureOf(move(by, { from, to: (await target()).server, sourceOptions: { lookup } }));
    expect(error.code).toBe('refused address');
  });
});

describe.each(TRANSFERS)('giving up a transfer of %s', (_way, by) => {
  test('closes both sides and throws the reason as it is', async () => {
    const closed = Promise.withResolvers<void>();
    const flowing = Promise.withResolvers<void>();
    const from = await source((request, response) => {
      request.socket.once('close', () => closed.resolve());
      response.writeHead(200, LENGTH).write(BYTES.subarray(0, 200_000));
    });
    const to = await target({
      put: (request, response) => {
        request.once('data', () => flowing.resolve());
        return to.take(request, response);
      },
    });
    const reason = new Error('cancelled');
    const giveUp = new AbortController();
    const work = move(by, { from, to: to.server, signal: giveUp.signal });
    await flowing.promise;
    giveUp.abort(reason);
    await expect(work).rejects.toBe(reason);
    await Promise.all([closed.promise, to.cut]);
    expect(to.stored.size).toBe(0);
  });

  test('before the start asks nobody', async () => {
    const from = await source();
    const to = await target();
    const work = move(by, { from, to: to.server, signal: AbortSignal.abort('no') });
    await expect(work).rejects.toBe('no');
    expect([from.connections, to.server.connections]).toEqual([0, 0]);
  });
});
