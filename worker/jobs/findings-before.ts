import * as v from 'valibot';
import type { Digest } from '../../core/oci/digest.ts';
import { type Finding, distinctAcross, SEVERITIES } from '../../core/request/findings.ts';
import type { FindingsChange } from '../../core/request/changes.ts';
import type { Image } from '../../core/request/image.ts';
import type { Store } from '../../core/store/store.ts';

/** The rows that a comparison needs. */
interface Kept {
  readonly store: {
    readonly requests: Pick<Store['requests'], 'get'>;
    readonly findings: Pick<Store['findings'], 'get'>;
  };
}

/** Named on each side; the rest is counted. */
const NAMED = 3;

/**
 * What a scan found that the image before did not have, and the other way round, by the full findings of both. Undefined
 * where those of the image before are not kept.
 */
export async function findingsChange(
  { store }: Kept,
  { before }: Image,
  found: readonly { readonly findings: readonly Finding[] }[],
): Promise<FindingsChange | undefined> {
  if (!before) return undefined;
  const item = await store.requests.get(before.request);
  const old = Object.values(item?.images ?? {}).find(({ targetDigest }) => targetDigest === before.digest);
  if (!item || old?.scan !== 'found') return undefined;
  const digests = old.facts?.platforms.map(({ digest }) => digest) ?? [];
  const rows = await Promise.all(
    (digests.length > 0 ? digests : [before.digest]).map((digest) => kept(store, item.id, digest)),
  );
  const known = rows.flatMap((row) => row ?? []);
  if (known.length === 0) return undefined;
  const then = distinctAcross(known).findings;
  const now = distinctAcross(found).findings;
  return { fixed: only(then, now), added: only(now, then) };
}

async function kept(
  store: Kept['store'],
  request: string,
  digest: Digest,
): Promise<{ readonly findings: readonly Finding[] } | undefined> {
  const parsed = v.safeParse(shape, await store.findings.get(request, digest));
  return parsed.success ? parsed.output : undefined;
}

const shape = v.object({
  findings: v.array(v.object({ id: v.string(), severity: v.picklist(SEVERITIES) })),
});

/** Of the one and not of the other; findings come worst first. */
function only(of: readonly Finding[], not: readonly Finding[]): FindingsChange['fixed'] {
  const others = new Set(not.map(({ id }) => id));
  const own = of.filter(({ id }) => !others.has(id));
  return { count: own.length, named: own.slice(0, NAMED).map(({ id, severity }) => ({ id, severity })) };
}
