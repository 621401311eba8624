import { afterEach, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { referrersTag } from '../../../core/oci/referrer.ts';
import { findReferrers, subjectsOf } from '../../../worker/copy/find-referrers.ts';
import { fetchTree } from '../../../worker/copy/tree.ts';
import { openTestRegistry } from '../registry/test-registry.ts';
import { image, index, pointTo } from './documents.ts';
import { startPlainRegistry } from './plain-registry.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

test('lists of signatures that lead back to the image and to themselves end, each read once', async () => {
  const server = await startPlainRegistry();
  const registry = openTestRegistry(server.origin);
  open.push(registry, server);
  const root = image('root');
  const signature = image('signature', { fields: { subject: pointTo(root.root) } });
  const digest = server.add('a/b', '1', root);
  const signed = digestOf(signature.root.bytes);
  // A list is only what somebody wrote: here the image signs its signature, and both themselves.
  for (const subject of [digest, signed]) server.add('a/b', referrersTag(subject), index([root, signature]));
  const source = registry.repository('a/b');
  const treeOf = (each: typeof digest) => fetchTree(source, each);
  const subjects = subjectsOf(await treeOf(digest));
  const before = server.calls.length;
  const found = await findReferrers({ source, subjects, treeOf });
  expect(found.referrers).toEqual([{ digest: signed, subject: digest, kind: 'other' }]);
  expect(server.calls.length - before).toBeLessThan(20);
});
