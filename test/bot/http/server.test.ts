import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { HttpReceiver, SlackRequest } from '../../../bot/http/receiver.ts';
import { type SlackServer, serveSlack } from '../../../bot/http/server.ts';

let received: SlackRequest[];
let finish: () => void;
let skewS: number | undefined;
let server: SlackServer;

/** Answers at once, and is done when the test says so. */
const receiver: HttpReceiver = {
  init: () => {},
  start: async () => {},
  stop: async () => {},
  skewS: () => skewS,
  receive: (given) => {
    received.push(given);
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    return { answered: Promise.resolve({ status: 200, headers: { 'x-own': '1' }, body: 'ö' }), done };
  },
};

beforeEach(async () => {
  received = [];
  skewS = undefined;
  finish = () => {};
  server = await serveSlack({ receiver, port: 0, host: '127.0.0.1', now: () => 5_000, log: () => {} });
});
afterEach(async () => {
  finish();
  await server.stop();
});

test('a post is handed on as it came, byte by byte, and its answer goes back', async () => {
  expect(server.health()).toEqual({ ok: true, text: 'nothing came yet' });
  const body = Buffer.from([0, 255, 10, 13]);
  const answer = await fetch(server.url, { method: 'POST', body, headers: { 'X-Slack-Signature': 'v0=x' } });
  expect([answer.status, answer.headers.get('x-own'), await answer.text()]).toEqual([200, '1', 'ö']);
  expect(received[0]?.headers['x-slack-signature']).toBe('v0=x');
  expect(Buffer.from(received[0]?.body ?? [])).toEqual(body);
  expect(server.health().text).toBe('last request 0 s ago');
  skewS = 361;
  expect(server.health()).toEqual({
    ok: true,
    text: 'last request 0 s ago; the last one was signed 361 s off: see to the clock',
  });
});

test('other paths, methods and sizes are told so, and reach nobody', async () => {
  expect((await fetch(new URL('/', server.url), { method: 'POST', body: 'x' })).status).toBe(404);
  expect((await fetch(server.url)).status).toBe(405);
  expect((await fetch(server.url, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })).status).toBe(413);
  expect(received).toEqual([]);
});

test('it stops only when what was acknowledged is done, and takes nothing new meanwhile', async () => {
  await fetch(server.url, { method: 'POST', body: 'x' });
  let stopped = false;
  const stopping = server.stop().then(() => {
    stopped = true;
  });
  await expect(fetch(server.url, { method: 'POST', body: 'y' })).rejects.toThrow();
  expect(stopped).toBe(false);
  finish();
  await stopping;
  expect(received).toHaveLength(1);
});

test('a line that is cut in the middle of its body leaves nothing behind', async () => {
  const { hostname, pathname, port } = new URL(server.url);
  await new Promise<void>((resolve) => {
    const half = httpRequest({
      hostname,
      port,
      path: pathname,
      method: 'POST',
      headers: { 'content-length': 100 },
    });
    half.on('error', () => resolve());
    half.write('half', () => half.destroy());
  });
  await server.stop();
  expect(received).toEqual([]);
});
