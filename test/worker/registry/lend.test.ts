import { afterEach, expect, test } from '@jest/globals';
import { openSocket } from '../../../worker/registry/open-socket.ts';
import { lend } from '../../../worker/registry/pipe/lend.ts';
import { openPool } from '../../../worker/registry/pipe/pool.ts';
import { closeAll, kept } from '../copy/two-sides.ts';
import { reply, serveScript } from './scripted-server.ts';

afterEach(closeAll);

async function lent(signal?: AbortSignal) {
  const server = kept(await serveScript(reply(200, 'x', { 'content-length': '1' })));
  const pool = openPool((onread) => openSocket({ connectMs: 5_000, onread }));
  kept({ close: async () => pool.close() });
  const take = () => pool.take(new URL(server.origin), { reads: 'small' });
  const connection = await take();
  return { take, connection, end: lend(connection, { pool, signal }) };
}

test('a connection is given back once, however often its end is told: nobody shares it', async () => {
  const { connection, end, take } = await lent();
  end();
  end();
  const [one, other] = [await take(), await take()];
  expect(one).toBe(connection);
  expect(other).not.toBe(connection);
});

test('the signal closes a connection while it is lent, and no longer', async () => {
  const stop = new AbortController();
  const during = await lent(stop.signal);
  const before = await lent(stop.signal);
  before.end();
  stop.abort(new Error('stopped'));
  expect([during.connection.isOpen, before.connection.isOpen]).toEqual([false, true]);
});

test('who is stopped before it begins gets a connection that is closed', async () => {
  const { connection } = await lent(AbortSignal.abort(new Error('stopped')));
  expect(connection.isOpen).toBe(false);
});
