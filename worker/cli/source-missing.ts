import { failures } from '../../core/request/failure.ts';
import { closestTags } from '../jobs/closest-tags.ts';
import type { Repository } from '../registry/registry.ts';
import { type Asked, copyCommand } from './copy-command.ts';
import { Failed } from './failed.ts';

/** The source's tag or digest is not there; with the tags that were most likely meant. */
export async function sourceMissing(
  source: Repository,
  asked: Asked & { readonly signal: AbortSignal },
): Promise<Failed> {
  const { pair, options, signal } = asked;
  const { tag, digest } = pair.source;
  const tags =
    digest === undefined && tag !== undefined ? await source.listTags(signal).catch(() => undefined) : [];
  signal.throwIfAborted();
  const closest = closestTags(tag ?? '', tags ?? []);
  const { code, summary } = failures.tagNotFound({ source: pair.source, closest });
  const [best] = closest;
  if (best === undefined)
    return new Failed({ code, summary, hint: 'Look it up at the registry, then try again.' });
  // A target that took its tag from the source takes the closest one too.
  const target = pair.target.tag === tag ? { ...pair.target, tag: best } : pair.target;
  const command = copyCommand(options, { source: { ...pair.source, tag: best }, target });
  return new Failed({ code, summary, hint: 'For the closest one:', command });
}
