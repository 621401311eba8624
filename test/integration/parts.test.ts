import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SampleImage } from '../../local/upstream/sample.ts';
import { smallImages } from '../local/upstream/small-images.ts';
import type { IncomingMessage } from 'node:http';
import { approve, ask, eventually, itemOf, settled, type Stage, startStage, threadOf } from './stage.ts';

const LARGE: SampleImage = {
  repository: 'library/large',
  tags: ['1'],
  createdAt: '2024-01-02T03:04:05Z',
  format: 'oci image',
  platforms: [
    {
      platform: { os: 'linux', architecture: 'amd64' },
      layers: [
        {
          createdBy: 'COPY large /',
          createdAt: '2024-01-02T03:04:05Z',
          seed: 'large',
          files: [{ path: 'large', sizeBytes: 24_000_000 }],
        },
      ],
    },
  ],
};

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({
    hub: { images: [...smallImages, LARGE] },
    timing: { leaseMs: 20_000, heartbeatMs: 2_000 },
    configure: (config) => ({ ...config, limits: { ...config.limits, partsFromBytes: 1_000_000 } }),
  });
});
afterAll(() => stage.close());

const parts = () => stage.local.ecr.calls.filter(({ action }) => action === 'ecr:UploadLayerPart');

test('a large layer goes by parts, and after a failure goes on at the part that failed', async () => {
  const isPart = ({ headers }: IncomingMessage): boolean =>
    String(headers['x-amz-target']).endsWith('.UploadLayerPart');
  const { api } = stage.local.ecr.faults;
  api.add({ kind: 'status', status: 400, after: 1, match: isPart });
  const id = await ask(stage, '/mirror large:1 base-images/large');
  await approve(stage, id);
  const ended = await eventually(async () => {
    const image = (await itemOf(stage, id)).images['1'];
    return image?.state === 'failed' || image?.state === 'copied' ? image.state : undefined;
  });
  if (ended === 'failed') {
    const failed = await threadOf(stage, id, 'Retry');
    const last = failed.replies.at(-1);
    if (last) await stage.alice.click(last, 'retry');
  }
  const item = await settled(stage, id);
  expect(item.images['1']?.state).toBe('copied');
  expect(api.hits).toBe(1);
  // Three parts of 10 MiB and less, of which one was refused once: nothing was sent again but that one.
  expect(parts()).toHaveLength(3);
}, 50_000);
