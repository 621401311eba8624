import { errorCode } from '../../core/error-code.ts';
import { environmentProxy, type ProxyOf, ProxyProblem } from '../registry/proxy.ts';
import { WrongUsage } from './complain.ts';
import type { Io } from './io.ts';

/** What lies between this machine and the registries. */
export interface Network {
  /** Certificates (PEM) that are believed beside the system's. */
  readonly ca: string | undefined;
  readonly proxyOf: ProxyOf;
}

/** Reads `--ca FILE` and the proxy variables. Throws WrongUsage. */
export async function readNetwork(
  io: Pick<Io, 'env' | 'read'>,
  caFile: string | undefined,
): Promise<Network> {
  return { ca: caFile === undefined ? undefined : await readCa(io, caFile), proxyOf: proxyOf(io) };
}

async function readCa(io: Pick<Io, 'read'>, file: string): Promise<string> {
  // OpenSSL's words for certificates take time to load, and most runs need none.
  const { parseCertificates } = await import('../registry/certificates.ts');
  const text = await io.read(file).catch((error: unknown) => {
    const code = errorCode(error) || 'it is not text';
    throw new WrongUsage(`--ca ${file} cannot be read (${code})`);
  });
  const parsed = parseCertificates(text);
  if (!parsed.ok) throw new WrongUsage(`--ca ${file} ${parsed.problem}`);
  return parsed.pem;
}

function proxyOf({ env }: Pick<Io, 'env'>): ProxyOf {
  try {
    return environmentProxy(env);
  } catch (error) {
    throw error instanceof ProxyProblem ? new WrongUsage(error.message) : error;
  }
}
