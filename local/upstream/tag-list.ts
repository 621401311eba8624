import { type Answer, json, registryError } from './answer.ts';
import type { Repository } from './catalog.ts';

/** `tags/list` with `n` and `last` (OCI distribution-spec, "Listing Tags"); costs no pull. */
export function answerTags(repository: Repository, query: URLSearchParams): Answer {
  const asked = query.get('n');
  const n = asked === null ? undefined : Number(asked);
  if (n !== undefined && (!Number.isInteger(n) || n < 0)) {
    const message = 'invalid number of results requested';
    return registryError(400, { code: 'PAGINATION_NUMBER_INVALID', message, detail: { n: asked } });
  }
  const last = query.get('last') ?? '';
  const rest = [...repository.tags.keys()].sort().filter((tag) => tag > last);
  const tags = rest.slice(0, n);
  const end = tags.at(-1);
  const more = end !== undefined && tags.length < rest.length;
  const next = more ? new URLSearchParams({ last: end, n: String(n) }).toString() : '';
  const link = `</v2/${repository.name}/tags/list?${next}>; rel="next"`;
  return json(200, { name: repository.name, tags }, more ? { link } : {});
}
