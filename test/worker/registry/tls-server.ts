import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findStranger } from '../../strangers.ts';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export const openssl = findStranger('openssl');

/** A certificate that signs itself, for these names. */
export function makeCertificate(names: readonly string[]): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-tls-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const alt = names.map((name) => (/^[0-9.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',');
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const subject = ['-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${alt}`];
    const args = ['req', '-x509', ...ec, '-nodes', '-days', '2', ...subject, '-keyout', key, '-out', cert];
    execFileSync(openssl ?? '', args, { stdio: 'ignore' });
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface TlsServer {
  readonly port: number;
  readonly seen: readonly string[];
  close(): Promise<void>;
}

export async function serveTls(
  certificate: Certificate,
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<TlsServer> {
  const seen: string[] = [];
  const server = createServer({ ...certificate }, (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    void answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    port: address.port,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
