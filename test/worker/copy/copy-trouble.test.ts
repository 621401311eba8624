import { afterEach, describe, expect, test } from '@jest/globals';
import { copyImage } from '../../../worker/copy/copy-image.ts';
import { openFlights } from '../../../worker/copy/flights.ts';
import { planCopy } from '../../../worker/copy/plan.ts';
import type { Progress } from '../../../worker/copy/progress.ts';
import type { BlobTransfer } from '../../../worker/copy/transfer.ts';
import { fetchTree } from '../../../worker/copy/tree.ts';
import { failureOf } from '../registry/test-registry.ts';
import { hubToEcr } from './hub-to-ecr.ts';
import { mirror } from './mirror.ts';
import { TRANSFERS } from './transfers.ts';
import { closeAll } from './two-sides.ts';

afterEach(closeAll);

describe.each(TRANSFERS)('through %s', (_way, by) => {
  const mirrored: typeof mirror = (source, target, options) =>
    mirror(source, target, { transfer: by, ...options });

  describe('damage on the way', () => {
    test.each([
      ['a download cut in the middle', { kind: 'cut', afterBytes: 300_000 }],
      ['one flipped byte', { kind: 'flip', atByte: 700_000 }],
    ] as const)('%s is read again, and the right bytes arrive', async (_name, damage) => {
      const { hub, target } = await hubToEcr();
      const source = hub.registry.repository('library/small');
      const tree = await fetchTree(source, hub.upstream.digestOf('library/small', '1'));
      const largest = planCopy(tree).blobs[0];
      if (!largest) throw new Error('no blobs');
      hub.upstream.damageBlob(largest.digest, damage);
      await mirrored(source, target.registry.repository('small'), { tag: '1' });
      expect((await target.ecr.admin.blob('small', largest.digest))?.length).toBe(largest.sizeBytes);
    });

    test('a byte that stays flipped: the blob never completes, no manifest and no tag is put', async () => {
      const { hub, target, writes } = await hubToEcr();
      const source = hub.registry.repository('library/small');
      const tree = await fetchTree(source, hub.upstream.digestOf('library/small', '1'));
      const largest = planCopy(tree).blobs[0];
      if (!largest) throw new Error('no blobs');
      hub.upstream.damageBlob(largest.digest, { kind: 'flip', atByte: largest.sizeBytes - 1 }, 100);
      const error = await failureOf(mirrored(source, target.registry.repository('small'), { tag: '1' }));
      expect(error).toMatchObject({ code: 'digest mismatch', host: 'docker.io', operation: 'get blob' });
      expect(await target.ecr.admin.blob('small', largest.digest)).toBeUndefined();
      expect(writes().filter(({ path }) => path.includes('/manifests/'))).toEqual([]);
    });

    test('blobs that the registry has forgotten are sent once more', async () => {
      const { hub, target } = await hubToEcr();
      const [source, place] = [hub.registry.repository('library/small'), target.registry.repository('small')];
      const tree = await fetchTree(source, hub.upstream.digestOf('library/small', '1'));
      const plan = planCopy(tree);
      await copyImage({ transfer: by, source, target: place, tree, plan: { ...plan, manifests: [] } });
      expect(target.ecr.admin.dropUnreferencedBlobs('small').length).toBe(plan.blobs.length);
      // The plan believes that everything is there.
      await copyImage({ transfer: by, source, target: place, tree, plan: { ...plan, blobs: [] } });
      expect(target.ecr.admin.images('small').length).toBe(4);
    });

    test('a token that expires in the middle is renewed once', async () => {
      const { hub, target } = await hubToEcr();
      const [source, place] = [hub.registry.repository('library/small'), target.registry.repository('small')];
      let blobs = 0;
      const beforeBlob = (): void => {
        blobs += 1;
        if (blobs === 3) target.ecr.admin.expireTokens();
      };
      await mirrored(source, place, { tag: '1', beforeBlob, concurrency: 1 });
      expect(target.logins).toEqual(['use', 'renew']);
    });

    test('a missing repository is told apart, also where ECR only closes the connection', async () => {
      for (const [missingRepository, code] of [
        ['answer', 'repository unknown'],
        ['eof', 'upload cut'],
      ] as const) {
        const { hub, target } = await hubToEcr({ missingRepository });
        const error = await failureOf(
          mirrored(hub.registry.repository('library/single'), target.registry.repository('nowhere'), {
            tag: '1',
          }),
        );
        expect(error).toMatchObject({ code, operation: 'start upload' });
      }
    });

    test('no pulls left: told with the time when there will be some', async () => {
      const { hub, target } = await hubToEcr();
      hub.upstream.setPullsLeft(0);
      const error = await failureOf(
        mirrored(hub.registry.repository('library/single'), target.registry.repository('small'), {
          tag: '1',
        }),
      );
      expect(error).toMatchObject({
        code: 'rate limited',
        host: 'docker.io',
        operation: 'get manifest',
        status: 429,
      });
    });
  });

  describe('stopping', () => {
    test('when beforeBlob says no, nothing more is started and its reason is thrown', async () => {
      const { hub, target, writes } = await hubToEcr();
      const reason = new Error('the lease is lost');
      let calls = 0;
      const beforeBlob = (): void => {
        calls += 1;
        if (calls > 2) throw reason;
      };
      const place = target.registry.repository('small');
      const work = mirrored(hub.registry.repository('library/small'), place, {
        tag: '1',
        beforeBlob,
        concurrency: 1,
      });
      await expect(work).rejects.toBe(reason);
      expect(calls).toBe(3);
      expect(writes().filter(({ path }) => path.includes('/manifests/'))).toEqual([]);
    });

    test('by the signal ends every transfer and throws its reason', async () => {
      const { hub, target } = await hubToEcr();
      const reason = new Error('cancelled');
      const giveUp = new AbortController();
      const onProgress = ({ doneBytes }: Progress): void => {
        if (doneBytes > 0) giveUp.abort(reason);
      };
      const place = target.registry.repository('small');
      const source = hub.registry.repository('library/small');
      await expect(mirrored(source, place, { tag: '1', signal: giveUp.signal, onProgress })).rejects.toBe(
        reason,
      );
      expect(target.ecr.admin.images('small')).toEqual([]);
      // What has arrived is not sent again.
      const { outcome } = await mirrored(source, place, { tag: '1' });
      expect(outcome).toEqual({ kind: 'tagged' });
    });

    test('one of two copies leaves the other whole: a shared blob is sent by whoever stays', async () => {
      const { hub, target } = await hubToEcr();
      const flights = openFlights();
      const giveUp = new AbortController();
      const place = target.registry.repository('small');
      const list = hub.registry.repository('library/docker-list');
      const transfer: BlobTransfer = async (job) => {
        await by(job);
        giveUp.abort(new Error('cancelled'));
      };
      const first = mirrored(hub.registry.repository('library/small'), place, {
        tag: '1',
        flights,
        signal: giveUp.signal,
        transfer,
      });
      const second = mirrored(list, place, { tag: '2', flights });
      await expect(first).rejects.toThrow('cancelled');
      expect((await second).outcome).toEqual({ kind: 'tagged' });
    });

    test('two copies of the same image at once send each blob once', async () => {
      const { hub, target, writes } = await hubToEcr();
      const flights = openFlights();
      const place = target.registry.repository('small');
      const source = hub.registry.repository('library/small');
      const tree = await fetchTree(source, hub.upstream.digestOf('library/small', '1'));
      const plan = planCopy(tree);
      const copy = { transfer: by, source, target: place, tree, plan, flights };
      await Promise.all([copyImage(copy), copyImage(copy)]);
      const uploads = writes().filter(({ path }) => path.includes('/blobs/uploads/'));
      expect(uploads.length).toBe(2 * plan.blobs.length);
    });
  });
});
