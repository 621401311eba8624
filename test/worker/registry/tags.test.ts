import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, kept } from '../copy/two-sides.ts';
import { inTurn, reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import { failureOf, openTestRegistry } from './test-registry.ts';

afterEach(closeAll);

const tagsOf = (server: ScriptedServer) => kept(openTestRegistry(server.origin)).repository('a/b').listTags();
const page = (tags: unknown, link?: string) =>
  reply(200, JSON.stringify({ name: 'a/b', tags }), link === undefined ? {} : { link });

describe('72: a list of tags is read page after page, whatever its links look like, and has an end', () => {
  test.each([
    ['relative', (_: string) => '</v2/a/b/tags/list?last=2&n=1000>; rel="next"'],
    ['absolute', (origin: string) => `<${origin}/v2/a/b/tags/list?last=2&n=1000>; rel="next"`],
    ['relative to the list', (_: string) => '<list?last=2&n=1000>; rel=next'],
    [
      'one of several',
      (_: string) => '</v2/a>; rel="prev", </v2/a/b/tags/list?last=2&n=1000>; rel="Next last"',
    ],
    [
      'with a title before it',
      (_: string) => '</v2/a/b/tags/list?last=2&n=1000>; title="a, <b>; c"; rel=next',
    ],
  ])('the next page is %s', async (_name, link) => {
    const server: ScriptedServer = kept(
      await serveScript((request, response) => {
        const first = request.url === '/v2/a/b/tags/list?n=1000';
        const answer = first ? page(['1', '2', 3, 'not a tag'], link(server.origin)) : page(['3']);
        return answer(request, response);
      }),
    );
    expect(await tagsOf(server)).toEqual(['1', '2', '3']);
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/v2/a/b/tags/list?n=1000',
      '/v2/a/b/tags/list?last=2&n=1000',
    ]);
  });

  test.each([
    ['the same page again', '</v2/a/b/tags/list?n=1000>; rel="next"', 1],
    ['the one after it again', '</v2/a/b/tags/list?last=1>; rel="next"', 2],
  ])('%s is a circle, and is left', async (_name, link, requests) => {
    const server = kept(await serveScript(page(['1'], link)));
    const error = await failureOf(tagsOf(server));
    expect([error.code, error.retryable]).toEqual(['protocol', false]);
    expect(server.seen).toHaveLength(requests);
  });

  test('pages without an end are left after a hundred', async () => {
    let asked = 0;
    const server = kept(
      await serveScript((request, response) => {
        asked += 1;
        return page([`v${asked}`], `<list?last=v${asked}>; rel="next"`)(request, response);
      }),
    );
    expect((await failureOf(tagsOf(server))).code).toBe('too large');
    expect(server.seen).toHaveLength(100);
  });

  test('the next page at another origin is not asked for', async () => {
    const elsewhere = kept(await serveScript(page(['2'])));
    const server = kept(await serveScript(page(['1'], `<${elsewhere.origin}/v2/a/b/tags/list>; rel="next"`)));
    expect((await failureOf(tagsOf(server))).code).toBe('refused address');
    expect(elsewhere.connections).toBe(0);
  });

  test('50,000 tags come as one page or as fifty', async () => {
    const all = Array.from({ length: 50_000 }, (_, n) => `v1.${n}`);
    const whole = kept(await serveScript(page(all)));
    expect(await tagsOf(whole)).toEqual(all);
    let from = 0;
    const paged = kept(
      await serveScript((request, response) => {
        const part = all.slice(from, from + 1_000);
        from += part.length;
        const link =
          from < all.length ? `</v2/a/b/tags/list?last=${part.at(-1)}&n=1000>; rel="next"` : undefined;
        return page(part, link)(request, response);
      }),
    );
    expect(await tagsOf(paged)).toEqual(all);
    expect(paged.seen).toHaveLength(50);
  });

  test.each([
    ['null', page(null)],
    ['missing', reply(200, '{"name":"a/b"}')],
    ['no list', page('1')],
    ['not JSON', reply(200, '<html></html>')],
  ])('tags that are %s are none', async (_name, answer) => {
    expect(await tagsOf(kept(await serveScript(inTurn(answer))))).toEqual([]);
  });
});
