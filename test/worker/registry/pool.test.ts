import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEFAULT_TIMEOUTS } from '../../../worker/registry/dispatcher.ts';
import { openSocket } from '../../../worker/registry/open-socket.ts';
import { controlCarrier } from '../../../worker/registry/pipe/control.ts';
import { openPool } from '../../../worker/registry/pipe/pool.ts';

let server: Server;
let url: URL;
beforeAll(async () => {
  server = createServer((_request, response) => response.end('ok'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  url = new URL(`http://127.0.0.1:${address.port}/`);
});
afterAll(() => {
  server.close();
});

/** A pool whose connections open when they are let. */
function stage() {
  const held: (() => void)[] = [];
  const state = { hold: false, opened: 0, refuse: false };
  const pool = openPool((onread) => (to, callback) => {
    const open = (): void => {
      if (state.refuse) {
        callback(new Error('refused'), null);
        return;
      }
      state.opened += 1;
      openSocket({ connectMs: 5_000, onread })(to, callback);
    };
    if (state.hold) held.push(open);
    else open();
  });
  const letGo = (): void => {
    for (const open of held.splice(0)) open();
  };
  return { pool, state, held, letGo };
}

describe('whoever finds no idle connection', () => {
  test('gets one that is given back before the new one is open, and the new one waits for the next', async () => {
    const { held, letGo, pool, state } = stage();
    const first = await pool.take(url, { reads: 'small' });
    await first.ask('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await first.read((_slice, release) => {
      release();
      return true;
    });
    state.hold = true;
    const second = pool.take(url, { reads: 'small' });
    pool.give(first);
    expect(await second).toBe(first);
    expect(held).toHaveLength(1);
    letGo();
    const third = await pool.take(url, { reads: 'small' });
    expect(third).not.toBe(first);
    expect(state.opened).toBe(2);
    pool.close();
  });

  test('is told why none could be opened', async () => {
    const { pool, state } = stage();
    state.refuse = true;
    await expect(pool.take(url, { reads: 'small' })).rejects.toThrow('refused');
    pool.close();
  });

  test('can give up, and the connection that opens later is the next one’s', async () => {
    const { letGo, pool, state } = stage();
    state.hold = true;
    const stop = new AbortController();
    const given = pool.take(url, { reads: 'small', signal: stop.signal });
    stop.abort(new Error('given up'));
    await expect(given).rejects.toThrow('given up');
    const next = pool.take(url, { reads: 'small' });
    letGo();
    expect((await next).isOpen).toBe(true);
    expect(state.opened).toBe(1);
    pool.close();
  });
});

describe('a connection that is prepared', () => {
  test('is opened while nobody asks, and is there for whoever asks first', async () => {
    const { pool, state } = stage();
    const asked = pool.prepare(url, 'small');
    const other = pool.prepare(url, 'small');
    expect(state.opened).toBe(2);
    asked();
    other();
    await pool.take(url, { reads: 'small' });
    await pool.take(url, { reads: 'small' });
    expect(state.opened).toBe(2);
    pool.close();
  });

  test('is not opened where an idle one is left over, nor for what was asked meanwhile', async () => {
    const { pool, state } = stage();
    const first = await pool.take(url, { reads: 'small' });
    pool.give(first);
    const asked = pool.prepare(url, 'small');
    expect(await pool.take(url, { reads: 'small' })).toBe(first);
    asked();
    pool.give(first);
    pool.prepare(url, 'small')();
    expect(state.opened).toBe(1);
    pool.close();
  });
});

test('many small requests at once are each answered, over connections that change hands', async () => {
  const { pool } = stage();
  const carrier = controlCarrier({ pool, timeouts: DEFAULT_TIMEOUTS });
  const ask = async (method: 'HEAD' | 'GET'): Promise<string> => {
    const { body } = await carrier.exchange({ url, method, headers: {} });
    return (await body.readUpTo(100)).bytes.toString();
  };
  const asked = Array.from({ length: 60 }, (_one, n) => ask(n % 2 === 0 ? 'HEAD' : 'GET'));
  expect(await Promise.all(asked)).toEqual(
    Array.from({ length: 60 }, (_one, n) => (n % 2 === 0 ? '' : 'ok')),
  );
  pool.close();
});
