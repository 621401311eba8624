import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { planCopy } from '../../../worker/copy/plan.ts';
import { fetchTree } from '../../../worker/copy/tree.ts';
import { factsOf } from '../../../worker/jobs/facts.ts';
import { type Hub, startHub } from '../copy/hub.ts';
import { SMALL_IMAGES, SMALL_OCI_IMAGE } from '../copy/small-images.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({
    images: [
      ...SMALL_IMAGES,
      { ...SMALL_OCI_IMAGE, repository: 'library/reproducible', createdAt: '1970-01-01T00:00:00Z' },
    ],
  });
});
afterAll(() => hub.close());

async function look(name: string) {
  const source = hub.registry.repository(`library/${name}`);
  const tree = await fetchTree(source, hub.upstream.digestOf(`library/${name}`, '1'));
  const before = hub.upstream.calls.length;
  const facts = await factsOf(source, { tree, plan: planCopy(tree), signal: new AbortController().signal });
  return { facts, tree, calls: hub.upstream.calls.slice(before).map(({ kind }) => kind) };
}

test('an index: its platforms by digest, its attestation, the age of the first platform, and no pull for it', async () => {
  const { facts, tree, calls } = await look('small');
  expect(facts.platforms.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64']);
  expect(facts.platforms.map(({ digest }) => digest)).toEqual(
    tree.children.slice(0, 2).map(({ descriptor }) => descriptor.digest),
  );
  expect(facts.attestations).toBe(1);
  expect(facts.createdAt).toBe(Date.parse('2024-01-02T03:04:05Z'));
  expect(calls).not.toContain('manifest get');
  expect(facts.sizeBytes).toBe(planCopy(tree).totalBytes);
});

test.each(['single', 'docker-single'])(
  '%s: one image says in its configuration what it runs on',
  async (name) => {
    const { facts } = await look(name);
    expect(facts.platforms).toMatchObject([{ platform: { os: 'linux', architecture: 'amd64' } }]);
    expect(facts.attestations).toBe(0);
  },
);

test('a reproducible build of 1970 has no age', async () => {
  expect((await look('reproducible')).facts.createdAt).toBeUndefined();
});
