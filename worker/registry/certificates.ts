import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

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

/** Believes these beside what Node believes anyway: a run talks to public registries too. */
export function trusting(pem: string): SecureContext {
  return createSecureContext({ ca: [...getCACertificates('default'), pem] });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
