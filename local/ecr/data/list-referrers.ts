import { isDigest } from '../../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { type Answer, answer } from '../answer.ts';
import { type Referrer, referrersOf } from '../referrers.ts';
import type { Repository } from '../state.ts';
import { refuse } from './refuse.ts';

export interface ReferrersQuestion {
  readonly repository: Repository;
  readonly digest: string;
  readonly query: URLSearchParams;
  /** ECR's own page is not documented; ListImageReferrers has 20 where nothing else is asked for. */
  readonly pageSize: number;
}

/**
 * What refers to a manifest, as an index (OCI distribution-spec 1.1, "Listing Referrers"; ECR: "what's new" of
 * 27 June 2024). A digest that nobody refers to, or that is not there at all, has an empty list and no 404.
 */
export function listReferrers({ repository, digest, query, pageSize }: ReferrersQuestion): Answer {
  if (!isDigest(digest))
    return refuse(400, 'DIGEST_INVALID', `Invalid image digest '${digest.slice(0, 100)}'`);
  const artifactType = query.get('artifactType') ?? undefined;
  const last = query.get('last');
  const all = referrersOf(repository, digest).filter(
    (referrer) => artifactType === undefined || referrer.artifactType === artifactType,
  );
  const rest = all.slice(all.findIndex((referrer) => referrer.digest === last) + 1);
  const manifests = rest.slice(0, pageSize);
  const headers = {
    'content-type': MEDIA_TYPE.ociIndex,
    ...(artifactType !== undefined && { 'oci-filters-applied': 'artifactType' }),
    ...(rest.length > pageSize && { link: nextPage({ repository, digest, artifactType }, manifests.at(-1)) }),
  };
  return answer(
    200,
    headers,
    JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests }),
  );
}

interface PageOf {
  readonly repository: Repository;
  readonly digest: string;
  readonly artifactType: string | undefined;
}

function nextPage({ repository, digest, artifactType }: PageOf, last: Referrer | undefined): string {
  const query = new URLSearchParams({
    ...(artifactType !== undefined && { artifactType }),
    last: last?.digest ?? '',
  });
  return `</v2/${repository.settings.name}/referrers/${digest}?${query}>; rel="next"`;
}
