import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { findStranger } from '../../strangers.ts';
import { failureOf } from '../registry/test-registry.ts';
import { TRANSFERS } from './transfers.ts';
import { type Answer, BLOB, BYTES, blob, closeAll, kept, move, target } from './two-sides.ts';

afterEach(closeAll);
const openssl = findStranger('openssl');

(openssl === undefined ? describe.skip : describe).each(TRANSFERS)('TLS through %s', (_way, by) => {
  let folder: string;
  let certificate: { readonly cert: string; readonly key: string };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mirror-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const args = ['req', '-x509', ...ec, '-nodes', '-days', '2', ...subject, '-keyout', key, '-out', cert];
    execFileSync(openssl ?? '', args, { stdio: 'ignore' });
    certificate = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The same answers as a plain server's, over TLS. */
  async function secure(answer: Answer) {
    const server = createServer(certificate, (request, response) => void answer(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    return kept({
      origin: `https://127.0.0.1:${address.port}`,
      close: async () => {
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      },
    });
  }

  test('on both sides brings every byte, also to a target that reads slowly', async () => {
    const to = await target();
    const slow: Answer = async (request, response) => {
      if (request.method === 'PUT') {
        // Fills what is in between first, so that the source is paused while it goes on decrypting.
        await new Promise((turn) => setImmediate(turn));
        for (let n = 0; n < 50; n += 1) await new Promise((turn) => setImmediate(turn));
        return to.take(request, response);
      }
      response.writeHead(202, { location: '/upload/1', 'content-length': 0 }).end();
    };
    const options = { ca: certificate.cert };
    const [from, place] = [await secure(blob), await secure(slow)];
    await move(by, { from, to: place, sourceOptions: options, targetOptions: options });
    expect(to.stored.get(BLOB.digest)?.equals(BYTES)).toBe(true);
  });

  test('with a certificate that nobody vouches for carries nothing', async () => {
    const seen: string[] = [];
    const from = await secure((request, response) => {
      seen.push(request.url ?? '');
      return blob(request, response);
    });
    const error = await failureOf(move(by, { from, to: (await target()).server }));
    expect([error.code, error.retryable]).toEqual(['unreachable', false]);
    expect(seen).toEqual([]);
  });

  test('with a certificate of another name carries nothing', async () => {
    const from = await secure(blob);
    const origin = from.origin.replace('127.0.0.1', 'localhost');
    const sourceOptions = { ca: certificate.cert };
    const error = await failureOf(move(by, { from: { origin }, to: (await target()).server, sourceOptions }));
    expect(error.code).toBe('unreachable');
  });
});
