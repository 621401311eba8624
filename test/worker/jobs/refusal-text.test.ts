import { expect, test } from '@jest/globals';
import type { PlanRefusal } from '../../../worker/copy/plan.ts';
import { refusalText, refusalWayOut } from '../../../worker/jobs/refusal-text.ts';
import { sampleDigest } from '../../core/request/sample-request.ts';

const digest = sampleDigest('layer');
const manifest = sampleDigest('manifest');
const short = (of: string) => of.slice(0, 11);

test.each<[PlanRefusal, readonly string[]]>([
  [{ kind: 'empty blob', digest, manifest }, ['empty layer', short(digest)]],
  [{ kind: 'large manifest', sizeBytes: 5_000_000, manifest }, ['5000000 bytes', '4 MiB']],
  [{ kind: 'foreign layer', digest, manifest }, ['outside the registry', short(digest)]],
  [{ kind: 'no layers', manifest }, ['no layers', short(manifest)]],
  [{ kind: 'empty index', manifest }, ['lists nothing']],
  [{ kind: 'blob in index', digest, mediaType: 'application/x', manifest }, ['application/x', short(digest)]],
  [{ kind: 'platform features', manifest }, ['platform.features', short(manifest)]],
  [{ kind: 'pull-through target', repository: 'hub/nginx', prefix: 'hub', manifest }, ['hub/nginx', 'hub/']],
  [
    { kind: 'pull-through target', repository: 'nginx', prefix: 'ROOT', manifest },
    ['nginx', 'all repositories'],
  ],
  [
    { kind: 'media type with parameters', mediaType: 'text/html; charset=utf-8', manifest },
    ['text/html; charset=utf-8'],
  ],
])('$kind is told with what is refused, and a way out', (refusal, facts) => {
  for (const fact of facts) expect(refusalText(refusal)).toContain(fact);
  expect(refusalWayOut(refusal)).toMatch(/^[A-Z].{20,}\.$/);
});
