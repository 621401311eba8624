import type { IncomingMessage } from 'node:http';
import { isDigest } from '../../../core/oci/digest.ts';
import { type Answer, answer } from '../answer.ts';
import type { Incoming } from '../blob-store.ts';
import { hasSmallPart, SMALL_PART_TEXT } from '../upload-limits.ts';
import type { EcrWorld } from '../world.ts';
import { refuse } from './refuse.ts';
import { uuid } from '../uuid.ts';

interface Upload {
  readonly repository: string;
  readonly incoming: Incoming;
  /** Must come back in the query: a Location is used as it is. */
  readonly state: string;
  readonly parts: number[];
}

export type LocationStyle = 'relative' | 'absolute' | 'alternate';

export interface Uploads {
  start(repository: string, request: IncomingMessage): Promise<Answer>;
  patch(target: UploadTarget, request: IncomingMessage): Promise<Answer>;
  put(target: UploadTarget, request: IncomingMessage): Promise<Answer>;
}
export interface UploadTarget {
  readonly repository: string;
  readonly id: string;
  readonly query: URLSearchParams;
}

/** Upload sessions live in memory: what is under way at a crash is gone, as on any registry. */
export function createUploads(world: EcrWorld, locations: LocationStyle): Uploads {
  const sessions = new Map<string, Upload>();
  let started = 0;

  const find = (target: UploadTarget): Upload | undefined => {
    const upload = sessions.get(target.id);
    const known = upload?.repository === target.repository && target.query.get('_state') === upload.state;
    return known ? upload : undefined;
  };
  const unknown = () => refuse(404, 'BLOB_UPLOAD_UNKNOWN', 'The upload does not exist or has ended.');
  const end = async (id: string, upload: Upload) => {
    sessions.delete(id);
    await upload.incoming.discard();
  };
  const location = (id: string, upload: Upload, request: IncomingMessage): string => {
    const path = `/v2/${upload.repository}/blobs/uploads/${id}?_state=${upload.state}`;
    const absolute = locations === 'absolute' || (locations === 'alternate' && upload.state.endsWith('a'));
    return absolute ? `http://${request.headers.host}${path}` : path;
  };
  /** Broken off on the way in: the session cannot be trusted any more. */
  const append = async (id: string, upload: Upload, request: IncomingMessage): Promise<boolean> => {
    try {
      const bytes = await upload.incoming.append(request);
      if (bytes > 0) upload.parts.push(bytes);
      return true;
    } catch {
      await end(id, upload);
      return false;
    }
  };

  return {
    start: async (repository, request) => {
      const id = uuid(world.randomHex);
      started += 1;
      const state = `${world.randomHex(24)}${started % 2 === 0 ? 'a' : 'b'}`;
      const upload = { repository, incoming: await world.blobs.begin(id), state, parts: [] };
      sessions.set(id, upload);
      return answer(202, {
        location: location(id, upload, request),
        'docker-upload-uuid': id,
        range: '0-0',
      });
    },

    patch: async (target, request) => {
      const upload = find(target);
      if (!upload) return unknown();
      const [, from] = /^(\d+)-\d+$/.exec(request.headers['content-range'] ?? '') ?? [];
      if (from !== undefined && Number(from) !== upload.incoming.sizeBytes) {
        return refuse(416, 'BLOB_UPLOAD_INVALID', 'The part does not begin where the last one ended.');
      }
      if (!(await append(target.id, upload, request))) return { kind: 'cut' };
      // 201 where the specification says 202, and a Range that stays at the first part
      // (aws/containers-roadmap#2831).
      return answer(201, {
        location: location(target.id, upload, request),
        'docker-upload-uuid': target.id,
        range: `0-${Math.max((upload.parts[0] ?? 0) - 1, 0)}`,
      });
    },

    put: async (target, request) => {
      const upload = find(target);
      if (!upload) return unknown();
      const claimed = target.query.get('digest') ?? '';
      if (!isDigest(claimed)) {
        await end(target.id, upload);
        return refuse(400, 'DIGEST_INVALID', `Invalid layer digest '${claimed.slice(0, 100)}'`);
      }
      if (!(await append(target.id, upload, request))) return { kind: 'cut' };
      const { incoming, parts } = upload;
      if (hasSmallPart(parts, world.uploadLimits)) {
        await end(target.id, upload);
        return refuse(400, 'BLOB_UPLOAD_INVALID', SMALL_PART_TEXT);
      }
      if (parts.length > world.uploadLimits.partsMax) {
        await end(target.id, upload);
        const text = `A layer has at most ${world.uploadLimits.partsMax} parts`;
        return refuse(400, 'BLOB_UPLOAD_INVALID', text);
      }
      if (incoming.digest() !== claimed) {
        await end(target.id, upload);
        // Wording: dotnet/sdk-container-builds#424.
        return refuse(
          400,
          'BLOB_UPLOAD_INVALID',
          'None of the provided layer digests match the calculated layer digest',
        );
      }
      const { sizeBytes } = incoming;
      sessions.delete(target.id);
      // A blob of zero bytes is taken and never kept (oras-project/oras-py#54, aws/containers-roadmap#1074).
      if (sizeBytes === 0) {
        await incoming.discard();
      } else {
        await incoming.keep();
        world.state.change({ kind: 'blob', repository: target.repository, digest: claimed, sizeBytes });
      }
      return answer(201, {
        location: `/v2/${target.repository}/blobs/${claimed}`,
        'docker-content-digest': claimed,
      });
    },
  };
}
