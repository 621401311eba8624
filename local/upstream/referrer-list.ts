import type { Digest } from '../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../core/oci/media-type.ts';
import type { Answer } from './answer.ts';
import type { BuiltReferrer } from './build-referrer.ts';
import { pointTo } from './documents.ts';

/** The index that a registry makes of what refers to a manifest (OCI distribution-spec, "Listing Referrers"). */
export function referrersIndex(referrers: readonly BuiltReferrer[]): Buffer {
  const manifests = referrers.map(({ manifest, artifactType }) => ({ ...pointTo(manifest), artifactType }));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests }));
}

/** One a page where there is more than one: who does not follow the Link misses the rest. */
export function answerReferrers(
  all: readonly BuiltReferrer[],
  asked: { readonly repository: string; readonly digest: Digest; readonly page: number },
): Answer {
  const { repository, digest, page } = asked;
  const listed = all.filter(({ subject, tag }) => tag === undefined && subject.digest === digest);
  const next = page + 1 < listed.length;
  return {
    status: 200,
    headers: {
      'content-type': MEDIA_TYPE.ociIndex,
      ...(next && { link: `</v2/${repository}/referrers/${digest}?page=${page + 1}>; rel="next"` }),
    },
    body: referrersIndex(listed.slice(page, page + 1)),
  };
}
