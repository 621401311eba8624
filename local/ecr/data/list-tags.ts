import { type Answer, answer } from '../answer.ts';
import type { Repository } from '../state.ts';
import { refuse } from './refuse.ts';

const PAGE_MAX = 1000;

/** Tags in pages with a Link, as in the distribution specification; ECR refuses `n` above 1,000. */
export function listTags(repository: Repository, query: URLSearchParams): Answer {
  const n = Number(query.get('n') ?? PAGE_MAX);
  if (!Number.isInteger(n) || n < 1 || n > PAGE_MAX) {
    return refuse(
      400,
      'UNSUPPORTED',
      `Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to ${PAGE_MAX}'`,
    );
  }
  const last = query.get('last') ?? '';
  const rest = [...repository.tags.keys()].sort().filter((tag) => tag > last);
  const tags = rest.slice(0, n);
  const { name } = repository.settings;
  const next = `</v2/${name}/tags/list?n=${n}&last=${encodeURIComponent(tags.at(-1) ?? '')}>; rel="next"`;
  const headers = { 'content-type': 'application/json', ...(rest.length > n && { link: next }) };
  return answer(200, headers, JSON.stringify({ name, tags }));
}
