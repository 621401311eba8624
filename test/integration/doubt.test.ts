import type { IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RequestItem } from '../../core/request/request.ts';
import { createPusher } from '../local/ecr/push.ts';
import { repliesOf, textOf } from './person.ts';
import { smuggle } from './smuggle.ts';
import { approve, ask, cardOf, settled, type Stage, startStage, threadOf, told } from './stage.ts';

/** Between the tag's PUT and the word that it stands: what happened is found out, and told once. */
const PUT_TIMEOUT_MS = 700;
const GRACE_MS = 300;
let stage: Stage;
beforeAll(async () => {
  // One try only: whatever ends this image ends it at once, so what is said is said without another chance.
  const timing = { copyAttempts: 1, putTimeoutMs: PUT_TIMEOUT_MS, graceMs: GRACE_MS };
  stage = await startStage({ timing });
  // The first copy warms all clients, so that the lengths above are those of the network.
  const { id } = await waiting();
  await approve(stage, id);
  await settled(stage, id);
});
afterEach(() => stage.local.ecr.faults.registry.clear());
afterAll(() => stage.close());

let count = 0;
async function waiting(): Promise<{ id: string; repository: string }> {
  count += 1;
  const repository = `base-images/doubt-${count}`;
  const id = await ask(stage, `/mirror redis:6.2 ${repository}`);
  await cardOf(stage, id, 'waiting for');
  return { id, repository };
}
const isTagPut = ({ method, url }: IncomingMessage): boolean =>
  method === 'PUT' && (url?.endsWith('/manifests/6.2') ?? false);
const digest = () => stage.hub.digestOf('library/redis', '6.2');
const typesOf = ({ events }: RequestItem): readonly string[] => events.map(({ type }) => type);
const TOLD_ONCE = ['offered', 'approved', 'copied', 'scanned', 'finished'];

async function copiedAndToldOnce(id: string): Promise<RequestItem> {
  const done = await threadOf(stage, id, 'Scan of');
  const item = await settled(stage, id);
  expect(typesOf(item)).toEqual(TOLD_ONCE);
  expect(done.replies).toHaveLength(3);
  expect(item.images['1']?.state).toBe('copied');
  expect(item.images['1']?.result).toMatchObject({ copiedBytes: item.images['1']?.plan?.missingBytes });
  return item;
}

describe('a tag whose PUT was not answered', () => {
  test.each([['lost'], ['cut']] as const)('%s once: copied, told once', async (kind) => {
    const { id, repository } = await waiting();
    const { faults, admin } = stage.local.ecr;
    const before = faults.registry.hits;
    faults.registry.add({ kind, match: isTagPut });
    await approve(stage, id);
    await copiedAndToldOnce(id);
    expect(faults.registry.hits).toBe(before + 1);
    expect(admin.tags(repository).get('6.2')).toBe(digest());
  });

  test('the answer comes too late: the tag is looked at before anybody says that it failed', async () => {
    const { id } = await waiting();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    stage.local.ecr.faults.registry.add({ kind: 'hold', release: held, match: isTagPut, times: 9 });
    await approve(stage, id);
    await copiedAndToldOnce(id);
    release();
  });

  test('the PUT itself comes late: nobody says failed while it may still land, and when it lands it is ours', async () => {
    const { id, repository } = await waiting();
    const { faults, admin } = stage.local.ecr;
    const pusher = await createPusher(stage.local.ecr);
    let late: Promise<unknown> | undefined;
    faults.registry.add({
      kind: 'status',
      status: 500,
      times: 99,
      match: (request) => {
        const ours = isTagPut(request) && request.headers['x-late'] === undefined;
        if (ours) late ??= landed();
        return ours;
      },
    });
    // What was given up lands after all, from somewhere in the network.
    const landed = async () => {
      const stored = admin.manifest(repository, digest());
      if (stored)
        await pusher.send('PUT', `/v2/${repository}/manifests/6.2`, {
          headers: { 'content-type': stored.mediaType, 'x-late': '1' },
          body: stored.bytes,
        });
    };
    await approve(stage, id);
    await copiedAndToldOnce(id);
    await late;
    pusher.sdk.destroy();
    expect(admin.tags(repository).get('6.2')).toBe(digest());
  });

  test('it never lands: failed is said only after the last moment at which it could, and Retry copies', async () => {
    const { id, repository } = await waiting();
    const { faults, admin } = stage.local.ecr;
    faults.registry.add({ kind: 'status', status: 500, times: 99, match: isTagPut });
    await approve(stage, id);
    const failed = await threadOf(stage, id, '✕');
    const { images, events } = await settled(stage, id);
    const at = events.find(({ type }) => type === 'failed')?.at ?? 0;
    expect(at).toBeGreaterThanOrEqual((images['1']?.taggingAt ?? 0) + PUT_TIMEOUT_MS + GRACE_MS);
    expect(admin.tags(repository).size).toBe(0);
    const reply = failed.replies.find((each) => textOf(each).includes('✕'));
    expect(reply && textOf(reply)).toContain('did not answer');
    expect(reply && textOf(reply)).not.toContain('It is tried again');
    faults.registry.clear();
    await stage.bob.click(reply ?? failed, 'retry');
    await threadOf(stage, id, 'In ECR');
    expect(admin.tags(repository).get('6.2')).toBe(digest());
  });
});

test('the same digest put by somebody else meanwhile is told as theirs and not recorded as approved here', async () => {
  const { id, repository } = await waiting();
  const ours = { repository: 'base-images/doubt-1', tag: '6.2' };
  await smuggle(stage, ours, { repository, tag: '6.2' });
  await approve(stage, id);
  const item = await settled(stage, id);
  expect(item.images['1']).toMatchObject({ state: 'unchanged', result: { copiedBytes: 0 } });
  expect(item.images['1']?.taggingAt).toBeUndefined();
  const thread = repliesOf(await threadOf(stage, id, 'already'));
  expect(thread.join('\n')).not.toContain('kB copied');
  await ask(stage, `/mirror redis:6.2 ${repository}`);
  expect(await told(stage, `${repository}:6.2`)).toContain('no approval on record');
});
