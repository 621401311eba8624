import { afterEach, expect, test } from '@jest/globals';
import { digestOf } from '../../../core/oci/digest.ts';
import { MEDIA_TYPE } from '../../../core/oci/media-type.ts';
import { closeAll, kept } from '../copy/two-sides.ts';
import { reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import { failureOf, openTestRegistry } from './test-registry.ts';

afterEach(closeAll);

const SUBJECT = digestOf(Buffer.from('an image'));
const listed = (server: ScriptedServer) =>
  kept(openTestRegistry(server.origin)).repository('a/b').listReferrers(SUBJECT);
const page = (names: readonly string[], link?: string) => {
  const manifests = names.map((name) => ({
    mediaType: MEDIA_TYPE.ociManifest,
    digest: digestOf(Buffer.from(name)),
    size: 2,
  }));
  const body = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests });
  return reply(200, body, { 'content-type': MEDIA_TYPE.ociIndex, ...(link !== undefined && { link }) });
};

test('a list of referrers is read page after page', async () => {
  const server = kept(
    await serveScript((request, response) =>
      (request.url?.includes('page=2') ? page(['b']) : page(['a'], '<?page=2>; rel="next"'))(
        request,
        response,
      ),
    ),
  );
  expect((await listed(server))?.map(({ digest }) => digest)).toEqual(
    ['a', 'b'].map((name) => digestOf(Buffer.from(name))),
  );
});

test('one that goes round in a circle is left', async () => {
  const server = kept(await serveScript(page(['a'], '<?page=2>; rel="next"')));
  const error = await failureOf(listed(server));
  expect([error.code, error.retryable, error.operation]).toEqual(['protocol', false, 'list referrers']);
  expect(server.seen).toHaveLength(2);
});

test('one without an end is left after twenty pages', async () => {
  let asked = 0;
  const server = kept(
    await serveScript((request, response) => {
      asked += 1;
      return page([`${asked}`], `<?page=${asked}>; rel="next"`)(request, response);
    }),
  );
  expect((await failureOf(listed(server))).code).toBe('too large');
  expect(server.seen).toHaveLength(20);
});

test('its next page at another origin is not asked for', async () => {
  const elsewhere = kept(await serveScript(page(['b'])));
  const server = kept(await serveScript(page(['a'], `<${elsewhere.origin}/v2/>; rel="next"`)));
  expect((await failureOf(listed(server))).code).toBe('refused address');
  expect(elsewhere.connections).toBe(0);
});

test('no list at all, and a page that is none, are told apart from an empty list', async () => {
  const none = kept(await serveScript(reply(404, '404 page not found')));
  const polite = kept(await serveScript(reply(200, '<html></html>', { 'content-type': 'text/html' })));
  const empty = kept(await serveScript(page([])));
  expect([await listed(none), await listed(polite), await listed(empty)]).toEqual([undefined, undefined, []]);
});
