import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Digest, digestOf } from '../../../core/oci/digest.ts';
import { readBody } from '../../../local/server.ts';
import { type CopyImage, copyImage } from '../../../worker/copy/copy-image.ts';
import { planCopy } from '../../../worker/copy/plan.ts';
import { openSlots } from '../../../worker/copy/slots.ts';
import { type BlobTransfer, streamBlob } from '../../../worker/copy/transfer.ts';
import { fetchTree } from '../../../worker/copy/tree.ts';
import { errorBody, reply, serveScript } from '../registry/scripted-server.ts';
import { failureOf, openTestRegistry } from '../registry/test-registry.ts';
import { content, image, index, type Shape } from './documents.ts';
import { startPlainRegistry } from './plain-registry.ts';
import { closeAll, kept } from './two-sides.ts';

afterEach(closeAll);

/**
 * Takes everything, keeps a manifest's bytes once for all repositories and writes them in place, as Debian's
 * docker-registry does: of two PUTs of the same bytes at once each reads the other's half.
 */
async function inPlace(refuse: (digest: Digest) => boolean = () => false) {
  const writing = new Map<Digest, { spoilt: boolean }[]>();
  const blobs = new Set<string>();
  const manifests: string[] = [];
  let refused = 0;
  let open = 0;
  const server = await serveScript(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const [, repository = ''] = /^\/v2\/([^/]+\/[^/]+)\//.exec(url.pathname) ?? [];
    const bytes = await readBody(request, 64 * 1024 * 1024);
    const digest = digestOf(bytes);
    if (request.method === 'POST')
      return reply(202, '', { location: `/v2/${repository}/blobs/uploads/1` })(request, response);
    if (request.method === 'HEAD') {
      const there = blobs.has(`${repository}@${url.pathname.split('/').at(-1)}`);
      return reply(there ? 200 : 404)(request, response);
    }
    if (request.method !== 'PUT') return reply(204)(request, response);
    if (!url.pathname.includes('/manifests/')) {
      blobs.add(`${repository}@${digest}`);
      return reply(201)(request, response);
    }
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    const ours = { spoilt: false };
    const others = writing.get(digest) ?? [];
    writing.set(digest, [...others, ours]);
    if (others.length > 0) for (const each of [...others, ours]) each.spoilt = true;
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    writing.set(digest, writing.get(digest)?.filter((each) => each !== ours) ?? []);
    if (refuse(digest)) return reply(403, errorBody('DENIED', 'no'))(request, response);
    if (ours.spoilt) {
      refused += 1;
      const said = errorBody('DIGEST_INVALID', 'provided digest did not match uploaded content');
      return reply(400, said)(request, response);
    }
    manifests.push(`${repository}:${url.pathname.split('/').at(-1)}`);
    return reply(201)(request, response);
  });
  kept(server);
  return { server, manifests, refused: () => refused, open: () => open };
}

async function sourceOf(shape: Shape) {
  const plain = kept(await startPlainRegistry());
  const digest = plain.add('a/b', '1', shape);
  const source = kept(openTestRegistry(plain.origin)).repository('a/b');
  const tree = await fetchTree(source, digest);
  return { source, tree, plan: planCopy(tree), plain };
}

const children = (count: number): readonly Shape[] =>
  Array.from({ length: count }, (_, at) => image(`child ${at}`));

describe('copies of one process', () => {
  test('of one image into two repositories put its manifests in turn, where the registry cannot take both', async () => {
    const { server, manifests, refused } = await inPlace();
    const shape = index(children(3));
    const common = await sourceOf(shape);
    const slots = openSlots({ perHost: 8, overall: 16 });
    const registry = kept(openTestRegistry(server.origin));
    const into = (name: string): Promise<unknown> =>
      copyImage({ ...common, target: registry.repository(name), tag: '1', slots });
    await Promise.all([into('c/d'), into('e/f')]);
    expect(refused()).toBe(0);
    expect(manifests.length).toBe(8);
  });

  test('into one repository put each manifest by its digest once', async () => {
    const { server, manifests, refused } = await inPlace();
    const common = await sourceOf(index(children(3)));
    const slots = openSlots({ perHost: 8, overall: 16 });
    const target = kept(openTestRegistry(server.origin)).repository('c/d');
    const as = (tag: string): Promise<unknown> => copyImage({ ...common, target, tag, slots });
    await Promise.all([as('1'), as('2')]);
    expect(refused()).toBe(0);
    expect(manifests.filter((each) => each.includes('sha256:')).length).toBe(3);
    expect(manifests.slice(-2).toSorted()).toEqual(['c/d:1', 'c/d:2']);
  });

  test('have no more blobs in flight than there are places', async () => {
    const { server } = await inPlace();
    const common = await sourceOf(index(children(4)));
    const slots = openSlots({ perHost: 3, overall: 3 });
    const registry = kept(openTestRegistry(server.origin));
    let running = 0;
    let most = 0;
    const transfer: BlobTransfer = async (job) => {
      running += 1;
      most = Math.max(most, running);
      await streamBlob(job).finally(() => {
        running -= 1;
      });
    };
    const into = (name: string): Promise<unknown> =>
      copyImage({ ...common, target: registry.repository(name), slots, transfer, concurrency: 4 });
    await Promise.all([into('c/d'), into('e/f'), into('g/h')]);
    expect(most).toBe(3);
  });

  test('wait for each other’s blobs no longer than they want them', async () => {
    const { server } = await inPlace();
    const common = await sourceOf(image('shared'));
    const slots = openSlots({ perHost: 8, overall: 16 });
    const target = kept(openTestRegistry(server.origin)).repository('c/d');
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const held: BlobTransfer = async (job) => {
      begun.resolve();
      await gate.promise;
      await streamBlob(job);
    };
    const first = copyImage({ ...common, target, slots, transfer: held });
    await begun.promise;
    const giveUp = new AbortController();
    const { signal } = giveUp;
    let joined = 0;
    const beforeBlob = (): void => {
      joined += 1;
    };
    const second = copyImage({ ...common, target, slots, signal, beforeBlob });
    // Each of its blobs is under way by the first.
    while (joined < common.plan.blobs.length) await setImmediate();
    await setImmediate();
    giveUp.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    gate.resolve();
    await first;
  });
});

describe('copies of two processes', () => {
  test('that put the same manifest at once are refused, try again, and both end', async () => {
    const { server, manifests, refused } = await inPlace();
    const common = await sourceOf(image('twice'));
    const into = (name: string, random: number): Promise<unknown> =>
      copyImage({ ...common, target: processOf(server, random).repository(name), tag: '1' });
    await Promise.all([into('c/d', 0.01), into('e/f', 0.9)]);
    expect(refused()).toBeGreaterThan(0);
    expect(manifests.toSorted()).toEqual(['c/d:1', 'e/f:1']);
  });

  test('that send the same blobs into the same repository at once both end well', async () => {
    const { server, manifests } = await inPlace();
    const common = await sourceOf(image('both'));
    const copy = (tag: string, random: number): Promise<unknown> =>
      copyImage({ ...common, target: processOf(server, random).repository('c/d'), tag });
    await Promise.all([copy('1', 0.01), copy('2', 0.9)]);
    expect(manifests.filter((each) => each === 'c/d:1' || each === 'c/d:2').length).toBe(2);
  });
});

/** Each process has a chance of its own, so that they do not wait equally long. */
const processOf = ({ origin }: { readonly origin: string }, random: number) =>
  kept(openTestRegistry(origin, { clock: { now: () => 0, random: () => random, sleep: sleepTurns } }));

/** As many turns of the event loop as milliseconds, which is enough to get out of each other's way. */
async function sleepTurns(ms: number): Promise<void> {
  for (let turn = 0; turn < ms; turn += 1) await setImmediate();
}

describe('one copy', () => {
  test('begins with the largest blob and has the smallest beside it', async () => {
    const { server } = await inPlace();
    const sizes = [50_000, 400_000, 1_000, 90_000, 7_000];
    const layers = sizes.map((size) => content(`layer of ${size}`, size));
    const common = await sourceOf(image('sizes', { layers }));
    const order: number[] = [];
    const transfer: BlobTransfer = (job) => {
      order.push(job.blob.sizeBytes);
      return streamBlob(job);
    };
    const target = kept(openTestRegistry(server.origin)).repository('c/d');
    await copyImage({ ...common, target, transfer, concurrency: 1 });
    expect(order).toEqual([400_000, 80, 90_000, 1_000, 50_000, 7_000]);
  });

  test('stops at the first manifest that is refused, when those beside it have ended', async () => {
    const shape = index(children(9));
    const first = digestOf(shape.manifests[0]?.bytes ?? Buffer.alloc(0));
    const { server, manifests, open } = await inPlace((digest) => digest === first);
    const common = await sourceOf(shape);
    const target = kept(openTestRegistry(server.origin)).repository('c/d');
    const copy: CopyImage = { ...common, target, tag: '1' };
    expect((await failureOf(copyImage(copy))).code).toBe('denied');
    expect(open()).toBe(0);
    expect(manifests.length).toBeLessThan(8);
    expect(manifests).not.toContain('c/d:1');
  });

  test('of a layer that is listed twice and is the config too sends it once', async () => {
    const { server } = await inPlace();
    const same = content('the same', 5_000);
    const common = await sourceOf(image('same', { config: same, layers: [same, same] }));
    const target = kept(openTestRegistry(server.origin)).repository('c/d');
    await copyImage({ ...common, target });
    expect(server.seen.filter(({ method }) => method === 'POST').length).toBe(1);
    expect(common.plain.calls.filter(({ path }) => path.includes('/blobs/')).length).toBe(1);
  });
});
