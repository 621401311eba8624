import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SAMPLE_ACCOUNT } from '../../../local/upstream/samples.ts';
import { startUpstream, type Upstream } from '../../../local/upstream/start.ts';
import { type Answer, askRegistry, errorOf } from './ask.ts';
import { smallImages } from './small-images.ts';

const nginx = { repository: 'library/nginx', path: 'manifests/1.21-alpine' };
const remaining = (answer: Answer) => answer.headers['ratelimit-remaining'];
let clock = Date.parse('2026-01-01T00:00:00Z');
let hub: Upstream;
beforeEach(async () => {
  hub = await startUpstream({ images: smallImages, now: () => clock });
});
afterEach(() => hub.close());

test('a manifest GET spends a pull, a HEAD tells what is left', async () => {
  const head = await askRegistry(hub, { ...nginx, method: 'HEAD' });
  expect(head.headers).toMatchObject({
    'ratelimit-limit': '100;w=21600',
    'ratelimit-remaining': '100;w=21600',
    'docker-ratelimit-source': '127.0.0.1',
  });
  expect(remaining(await askRegistry(hub, nginx))).toBe('99;w=21600');
  expect(remaining(await askRegistry(hub, { ...nginx, method: 'HEAD' }))).toBe('99;w=21600');
});

test('by digest costs as much as by tag; missing tags, lists and blobs cost nothing', async () => {
  const digest = hub.digestOf('library/nginx', 'latest');
  await askRegistry(hub, { ...nginx, path: `manifests/${digest}` });
  await askRegistry(hub, { ...nginx, path: 'manifests/9.99' });
  await askRegistry(hub, { ...nginx, path: 'tags/list' });
  await askRegistry(hub, { ...nginx, path: `blobs/${digest}` });
  expect(remaining(await askRegistry(hub, { ...nginx, method: 'HEAD' }))).toBe('99;w=21600');
});

test('over budget a GET answers 429 with JSON, the headers and Retry-After; HEAD and tags go on', async () => {
  hub.setPullsLeft(1);
  expect((await askRegistry(hub, nginx)).status).toBe(200);
  clock += 600_000;
  const refused = await askRegistry(hub, nginx);
  expect(refused.status).toBe(429);
  expect(errorOf(refused).code).toBe('TOOMANYREQUESTS');
  expect(refused.headers).toMatchObject({
    'retry-after': '21000',
    'ratelimit-limit': '100;w=21600',
    'ratelimit-remaining': '0;w=21600',
  });
  expect((await askRegistry(hub, { ...nginx, method: 'HEAD' })).status).toBe(200);
  expect((await askRegistry(hub, { ...nginx, path: 'tags/list' })).status).toBe(200);
});

test('what Retry-After promised is kept', async () => {
  hub.setPullsLeft(0);
  const seconds = Number((await askRegistry(hub, nginx)).headers['retry-after']);
  clock += (seconds - 1) * 1000;
  expect((await askRegistry(hub, nginx)).status).toBe(429);
  clock += 1000;
  expect((await askRegistry(hub, nginx)).status).toBe(200);
});

test('an account has a budget of its own', async () => {
  hub.setPullsLeft(0);
  const login = `${SAMPLE_ACCOUNT.user}:${SAMPLE_ACCOUNT.secret}`;
  const answer = await askRegistry(hub, { ...nginx, login });
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    'ratelimit-limit': '200;w=21600',
    'ratelimit-remaining': '199;w=21600',
  });
  expect(answer.headers['docker-ratelimit-source']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  hub.setPullsLeft(0, SAMPLE_ACCOUNT.user);
  expect((await askRegistry(hub, { ...nginx, login })).status).toBe(429);
});
