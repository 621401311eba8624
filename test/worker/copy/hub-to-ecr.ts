import { startEcrTarget } from './ecr.ts';
import { type Hub, startHub } from './hub.ts';
import { kept } from './two-sides.ts';

/** The sample Docker Hub, and the ECR stand-in with empty repositories; `closeAll` ends both. */
export async function hubToEcr(options: Parameters<typeof startEcrTarget>[1] = {}) {
  const hub = kept(await startHub());
  const target = kept(await startEcrTarget(['small', 'other'], options));
  const writes = () =>
    target.ecr.calls.filter(({ plane, method }) => plane === 'registry' && method !== 'HEAD');
  return { hub, target, writes };
}

export const blobGets = ({ upstream }: Hub): number =>
  upstream.calls.filter(({ kind, server }) => kind === 'blob get' && server === 'blobs').length;
