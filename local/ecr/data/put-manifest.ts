import type { IncomingMessage } from 'node:http';
import { digestOf, isDigest } from '../../../core/oci/digest.ts';
import { readBody } from '../../server.ts';
import { type Answer, answer } from '../answer.ts';
import { scanFrequency } from '../scan/scans.ts';
import type { Repository } from '../state.ts';
import { isEcrTag, mayMove } from '../tag-rules.ts';
import { noRepositoryText, type EcrWorld } from '../world.ts';
import { checkManifest, MANIFEST_MAX_BYTES, missingBlobs, missingChildren } from './check-manifest.ts';
import { refuse } from './refuse.ts';

export interface ManifestTarget {
  readonly repository: Repository;
  readonly reference: string;
  /** Says in the answer that it took note of a `subject`. */
  readonly knowsSubjects: boolean;
}

/** PUT of a manifest by tag or digest: PutImage of the data plane. */
export async function putManifest(
  world: EcrWorld,
  target: ManifestTarget,
  request: IncomingMessage,
): Promise<Answer> {
  const { repository, reference } = target;
  const { settings } = repository;
  const byDigest = isDigest(reference);
  if (!byDigest && !isEcrTag(reference)) {
    return refuse(
      400,
      'UNSUPPORTED',
      "Invalid parameter at 'imageTag' failed to satisfy constraint: 'must satisfy regular expression '[a-zA-Z0-9-_.]+''",
    );
  }
  const bytes = await readBody(request, 64 * 1024 * 1024);
  const text = bytes.toString('utf8');
  // Above the limit, and what is no UTF-8, is not looked into at all.
  const readable = bytes.length <= MANIFEST_MAX_BYTES && Buffer.from(text).equals(bytes);
  const check = checkManifest(readable ? text : '', request.headers['content-type']);
  if (check.kind === 'refused') return check.answer;

  const digest = digestOf(bytes);
  if (byDigest && reference !== digest) {
    return refuse(
      400,
      'DIGEST_INVALID',
      `The image digest '${reference}' does not match the digest '${digest}' calculated for the image`,
    );
  }
  const missing = missingBlobs(check.manifest, repository);
  const where = `with name '${settings.name}' in the registry with id '${world.accountId}'`;
  if (missing.length > 0) {
    return refuse(
      404,
      'BLOB_UPLOAD_UNKNOWN',
      `Layers with digests '[${missing.join(', ')}]' required for pushing image into repository ${where} do not exist`,
    );
  }
  const children = missingChildren(check.manifest, repository);
  if (children.length > 0) {
    return refuse(
      404,
      'MANIFEST_UNKNOWN',
      `Images with digests '[${children.join(', ')}]' required for pushing image into repository ${where} do not exist`,
    );
  }
  // Also for the digest that stands there already (aws/containers-roadmap#2179).
  if (!byDigest && repository.tags.has(reference) && !mayMove(settings, reference)) {
    return refuse(
      400,
      'TAG_INVALID',
      `The image tag '${reference}' already exists in the '${settings.name}' repository and cannot be overwritten because the tag is immutable.`,
    );
  }
  if (!world.state.repositories.has(settings.name)) {
    return refuse(404, 'NAME_UNKNOWN', noRepositoryText(world, settings.name));
  }

  const { subject } = check.manifest;
  const isNew = !repository.images.has(digest);
  const artifactType = check.manifest.artifactType ?? check.manifest.config?.mediaType;
  world.state.change({
    kind: 'image',
    repository: settings.name,
    image: {
      digest,
      mediaType: check.mediaType,
      artifactType,
      manifest: text,
      pushedAt: world.now(),
      status: 'ACTIVE',
    },
    tag: byDigest ? undefined : reference,
  });
  world.events.pushed({ repository: settings.name, digest }, byDigest ? undefined : reference);
  // A digest that was here before is not scanned again within a day (StartImageScan).
  const scanned =
    isNew && check.manifest.manifests === undefined && scanFrequency(world, repository) !== 'MANUAL';
  if (scanned) {
    world.state.change({ kind: 'scan', repository: settings.name, digest, at: world.now() });
    world.events.scanStarted({ repository: settings.name, digest });
  }
  return answer(201, {
    location: `/v2/${settings.name}/manifests/${digest}`,
    'docker-content-digest': digest,
    // Its absence tells a client to keep a tag instead (distribution-spec, "Pushing Manifests with Subject").
    ...(subject && target.knowsSubjects && { 'oci-subject': subject.digest }),
  });
}
