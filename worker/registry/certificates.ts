import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import { errorCode } from '../../core/error-code.ts';
import { BoundedMap } from './bounded-map.ts';

export type Certificates =
  | { readonly ok: true; readonly pem: string }
  /** One line, to be read after the file's name. */
  | { readonly ok: false; readonly problem: string };

const BLOCK = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g;

/** A file of certificates (PEM), such as the one of a company's own authority. */
export function parseCertificates(text: string): Certificates {
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length === 0)
    return { ok: false, problem: 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)' };
  const broken = blocks.findIndex((block) => !isCertificate(block));
  if (broken >= 0)
    return { ok: false, problem: `holds a certificate that cannot be read (number ${broken + 1})` };
  return { ok: true, pem: blocks.join('\n') };
}

/**
 * The certificates that `registries.<host>.ca` name, read once. Throws an Error with one line for each file that
 * cannot be used: a start without it would end every image of that registry.
 */
export function certificatesOf(
  registries: Readonly<Record<string, { readonly ca?: string | undefined }>>,
): (host: string) => string | undefined {
  const found = new Map<string, string>();
  const problems: string[] = [];
  for (const [host, { ca: path }] of Object.entries(registries)) {
    if (path === undefined) continue;
    const read = readCertificates(path);
    if (read.ok) found.set(host, read.pem);
    else problems.push(`registries["${host}"].ca: ${path} ${read.problem}`);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return (host) => found.get(host);
}

function readCertificates(path: string): Certificates {
  try {
    return parseCertificates(readFileSync(path, 'utf8'));
  } catch (error) {
    return { ok: false, problem: `cannot be read (${errorCode(error) || 'unknown'})` };
  }
}

/**
 * Believes these beside what Node believes anyway: a run talks to public registries too. Reading all of those takes 30 ms,
 * so the registries of one file share what was made of it.
 */
export function trusting(pem: string): SecureContext {
  const made = contexts.get(pem) ?? readAll(pem);
  contexts.set(pem, made);
  return made;
}

const contexts = new BoundedMap<string, SecureContext>(100);

function readAll(pem: string): SecureContext {
  const { createSecureContext, getCACertificates } = process.getBuiltinModule('node:tls');
  return createSecureContext({ ca: [...getCACertificates('default'), pem] });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
