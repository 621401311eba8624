import { expect, test } from '@jest/globals';
import type { Finding } from '../../../core/request/findings.ts';
import type { Image } from '../../../core/request/image.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { findingsChange } from '../../../worker/jobs/findings-before.ts';
import { offered, sampleDigest } from '../../core/request/sample-request.ts';

const finding = (id: string, severity: Finding['severity'] = 'HIGH'): Finding => ({ id, severity });
const OLD = sampleDigest('old');

/** The request that the image before came in with, and the findings that were kept of it. */
function storeOf(findings: readonly Finding[] | undefined, scan: Image['scan'] = 'found') {
  const item = offered();
  const image = item.images['1'];
  if (!image) throw new Error('an image');
  const { facts: _, ...bare } = image;
  const before: RequestItem = { ...item, images: { '1': { ...bare, targetDigest: OLD, scan } } };
  return {
    store: {
      requests: { get: async () => before },
      findings: { get: async () => findings && { findings } },
    },
  };
}
const image = (): Image => {
  const found = offered().images['1'];
  if (!found) throw new Error('an image');
  return { ...found, before: { request: 'M-7F3K', tag: '1.21', digest: OLD, copiedAt: 0 } };
};

test('what is gone and what is new are told by name, the worst first, and counted', async () => {
  const before = ['CVE-1', 'CVE-2', 'CVE-3', 'CVE-4', 'CVE-5'].map((id) => finding(id));
  const now = [{ findings: [finding('CVE-5'), finding('CVE-9', 'CRITICAL')] }];
  expect(await findingsChange(storeOf(before), image(), now)).toEqual({
    fixed: {
      count: 4,
      named: [finding('CVE-1'), finding('CVE-2'), finding('CVE-3')],
    },
    added: { count: 1, named: [finding('CVE-9', 'CRITICAL')] },
  });
});

test.each([
  ['there is no image before', storeOf([]), { before: undefined }],
  ['its findings are not kept', storeOf(undefined), {}],
  ['it was never scanned', storeOf([finding('CVE-1')], 'unavailable'), {}],
] as const)('nothing is compared where %s', async (_name, deps, over) => {
  const { before, ...bare } = image();
  const given: Image = 'before' in over ? bare : { ...bare, ...(before && { before }) };
  expect(await findingsChange(deps, given, [{ findings: [] }])).toBeUndefined();
});
