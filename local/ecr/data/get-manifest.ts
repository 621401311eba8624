import type { IncomingMessage } from 'node:http';
import { isDigest } from '../../../core/oci/digest.ts';
import { type Answer, answer } from '../answer.ts';
import type { Repository } from '../state.ts';
import { isEcrTag } from '../tag-rules.ts';
import { refuse } from './refuse.ts';

/**
 * By tag a client must accept the stored media type: ECR would convert or not find it,
 * and either way the digest is not the one that was pushed. By digest nothing is converted.
 */
export function getManifest(
  repository: Repository,
  reference: string,
  headers: IncomingMessage['headers'],
): Answer {
  const byDigest = isDigest(reference);
  // A tag with `+` is a 400: bazel-contrib/rules_oci#720.
  if (!byDigest && !isEcrTag(reference)) {
    return refuse(
      400,
      'UNSUPPORTED',
      "Invalid parameter at 'imageTag' failed to satisfy constraint: 'must satisfy regular expression '[a-zA-Z0-9-_.]+''",
    );
  }
  const digest = byDigest ? reference : repository.tags.get(reference);
  const image = digest && repository.images.get(digest);
  const accepted = image && (byDigest || accepts(headers.accept, image.mediaType));
  if (!image || !accepted || image.status === 'ARCHIVED') {
    return refuse(404, 'MANIFEST_UNKNOWN', 'Requested image not found');
  }
  const answered = { 'content-type': image.mediaType, 'docker-content-digest': image.digest };
  return answer(200, answered, image.manifest);
}

function accepts(accept: string | undefined, mediaType: string): boolean {
  const types = (accept ?? '').split(',').map((type) => type.split(';')[0]?.trim());
  return types.includes(mediaType) || types.includes('*/*');
}
