import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { repliesOf } from './person.ts';
import { approve, ask, settled, type Stage, startStage, threadOf, told } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const REFERRER_HEADS = 3 * 4;
const WRITES = new Set(['POST', 'PUT', 'PATCH']);
/** What was asked of both registries since the last look. */
function sinceNow() {
  const hub = stage.hub.calls.length;
  const ecr = stage.local.ecr.calls.length;
  return () => {
    const upstream = stage.hub.calls.slice(hub);
    const target = stage.local.ecr.calls.slice(ecr);
    return {
      pulls: upstream.filter(({ kind }) => kind === 'manifest get').length,
      heads: upstream.filter(({ kind }) => kind === 'manifest head').length,
      blobs: upstream.filter(({ server, kind }) => server === 'blobs' && kind === 'blob get').length,
      writes: target.filter(({ plane, method }) => plane === 'registry' && WRITES.has(method)).length,
      uploads: target.filter(({ action }) => action === 'ecr:InitiateLayerUpload').length,
      created: target.filter(({ action }) => action === 'ecr:CreateRepository').length,
    };
  };
}

async function mirror(text: string): Promise<string> {
  const id = await ask(stage, text);
  await approve(stage, id);
  await threadOf(stage, id, 'In ECR');
  await settled(stage, id);
  return id;
}

test('the first copy gets each manifest and blob once, the second request moves nothing and costs no pull', async () => {
  const first = sinceNow();
  const id = await mirror('/mirror nginx:1.21-alpine base-images/nginx');
  // An index, two platforms of a config and a layer, an attestation of a config and two: 4 manifests, 7 blobs.
  // One HEAD more fetches the challenge; one blob more is the configuration that tells the image's age.
  // 7 uploads of POST and PUT, 3 children and the root by digest, the tag.
  // At the end the tag is asked once more whether it has moved.
  // Docker Hub has no list of referrers: four tags of the index and each platform, at the look-up and before the tag.
  expect(first()).toEqual({
    pulls: 4,
    heads: 3 + 2 * REFERRER_HEADS,
    blobs: 8,
    writes: 19,
    uploads: 7,
    created: 1,
  });

  const second = sinceNow();
  const again = await ask(stage, '/mirror nginx:1.21-alpine base-images/nginx');
  const line = await told(stage, 'nobody has to approve');
  await settled(stage, again);
  expect(second()).toEqual({ pulls: 0, heads: 1, blobs: 0, writes: 0, uploads: 0, created: 0 });
  expect(line).toContain(id);
});

test('the same image for another repository is not pulled again: its manifests were kept', async () => {
  const other = sinceNow();
  const id = await mirror('/mirror nginx:1.21-alpine base-images/web');
  expect(other()).toMatchObject({ pulls: 0, heads: 2 + 2 * REFERRER_HEADS, created: 1 });
  const card = await threadOf(stage, id, 'In ECR');
  expect(repliesOf(card).join('\n')).toContain('no pull');
});
