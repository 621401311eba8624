import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { keychainOf } from '../../../worker/registry/keychain.ts';
import { redact } from '../../../worker/registry/redact.ts';
import { BLOB, closeAll, kept } from '../copy/two-sides.ts';
import { reply, type ScriptedServer, serveScript } from './scripted-server.ts';
import { failureOf, openTestRegistry, SHORT } from './test-registry.ts';

afterEach(closeAll);

/** What cannot be there by chance. */
const secret = fc.stringMatching(/^zq[A-Za-z0-9]{10,40}zq$/);
const words = fc.stringMatching(/^[A-Za-z0-9 .,:;()]{0,60}$/);

/** The shapes in which registries, proxies and storage hosts repeat secrets. */
const SHAPES: Readonly<Record<string, (secret: string) => string>> = {
  'a Bearer header': (s) => `Authorization: Bearer ${s}`,
  'a Basic header': (s) => `Basic ${s}==`,
  'a header alone': (s) => `authorization: ${s}`,
  'a signed address': (s) => `https://store.example/blob?X-Amz-Signature=${s}&X-Amz-Expires=60`,
  'a second parameter': (s) => `https://store.example/blob?a=1&sig=${s}`,
  'the state of an upload': (s) => `/v2/a/b/blobs/uploads/1?_state=${s}`,
  'a token’s address': (s) => `https://auth.example/token?refresh_token=${s}&service=x`,
  'a password in an address': (s) => `https://ann:${s}@registry.example/v2/`,
  'a password with @ in it': (s) => `https://ann:p@${s}@registry.example/v2/`,
  'a form': (s) => `grant_type=refresh_token&refresh_token=${s}`,
  'a JSON field': (s) => `{"access_token":"${s}","expires_in":300}`,
  'a JSON field with a space': (s) => `{"password" : "${s}"}`,
  'a JWT': (s) => `eyJ${s}.${s}.${s}`,
  'an access key': (s) => `AKIA${s.toUpperCase()}`,
};

describe('65: secrets are never in what is told', () => {
  test.each(Object.entries(SHAPES))('%s, between any words', (_what, shape) => {
    fc.assert(
      fc.property(secret, words, words, (hidden, before, after) => {
        const told = redact(`${before} ${shape(hidden)} ${after}`);
        expect(told.toLowerCase()).not.toContain(hidden.toLowerCase());
        expect(told.length).toBeLessThanOrEqual(300);
        expect(told).not.toMatch(/\p{C}/u);
      }),
    );
  });

  test.each([
    'DENIED: Your authorization token has expired. Reauthenticate and try again.',
    'The token is invalid',
    'MANIFEST_UNKNOWN: manifest unknown',
    'User: arn:aws:sts::1:assumed-role/w/i is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:1:repository/a/b',
    'toomanyrequests: You have reached your pull rate limit. https://www.docker.com/increase-rate-limit',
  ])('and what is none stays: %s', (sentence) => {
    expect(redact(sentence)).toBe(sentence);
  });

  test('in no error of any path, though the other side repeats what it was sent, at any status', async () => {
    let status = 500;
    let repeat = (_sent: string): string => '';
    const server: ScriptedServer = kept(
      await serveScript((request, response) => {
        const sent = request.headers.authorization ?? '';
        if (request.url?.startsWith('/token') && status !== 418) {
          return reply(200, '{"token":"zqTOKENTOKENzq"}')(request, response);
        }
        if (sent === '') {
          return reply(401, '', {
            'www-authenticate': `Bearer realm="${server.origin}/token",service="s"`,
          })(request, response);
        }
        const text = repeat(sent);
        return reply(status, text, {
          'x-request-id': `${text}`.replace(/[^\x20-\x7e]/g, ' '),
          'retry-after': '99999',
          location: `/v2/a/b/blobs/uploads/1?_state=zqSTATESTATEzq&sent=${encodeURIComponent(sent)}`,
        })(request, response);
      }),
    );
    const basic = Buffer.from('ann:zqPASSWORDzq').toString('base64');
    const secrets = ['zqTOKENTOKENzq', 'zqPASSWORDzq', 'zqSTATESTATEzq', basic];
    const repeats: readonly ((sent: string) => string)[] = [
      (sent) => sent,
      (sent) => JSON.stringify({ errors: [{ code: 'DENIED', message: `you sent ${sent}` }] }),
      (sent) => `<html><body>Authorization: ${sent}</body></html>`,
      (sent) => `see https://help.example/?authorization=${encodeURIComponent(sent)}`,
    ];
    const statuses = [307, 400, 401, 403, 404, 413, 418, 429, 500];
    for (status of statuses) {
      for (repeat of repeats) {
        const keychain = keychainOf({ 'registry.test': { user: 'ann', secret: 'zqPASSWORDzq' } });
        const registry = openTestRegistry(server.origin, { keychain, timeouts: SHORT });
        const repository = registry.repository('a/b');
        const asks = [
          () => repository.getManifest('v1'),
          () => repository.listTags(),
          () => repository.openBlob(BLOB),
        ];
        for (const ask of asks) {
          const error = await failureOf(ask());
          const told = [inspect(error, { depth: 10 }), error.stack ?? '', JSON.stringify(error)].join('\n');
          for (const each of secrets) expect(told).not.toContain(each);
        }
        await registry.close();
      }
    }
  });
});
