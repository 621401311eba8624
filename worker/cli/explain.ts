import { familiarReference, type Reference } from '../../core/oci/reference.ts';
import { type Failure, failures, hostName } from '../../core/request/failure.ts';
import type { Entry } from '../../core/request/image.ts';
import { atSource, atTarget, roleOf, Trouble } from '../jobs/trouble.ts';
import { isRegistryError, type RegistryError } from '../registry/errors.ts';
import { type Asked, copyCommand } from './copy-command.ts';
import { type CliFailure, Failed, MayNotCreate } from './failed.ts';
import { explainTarget } from './explain-target.ts';
import { allowing, hintFor } from './hints.ts';
import type { PairTarget } from './pair.ts';

/**
 * Anything that ended an image, in words: those of the failure catalogue where it speaks of a source or of ECR,
 * with next steps for somebody at a terminal.
 */
export async function explain(error: unknown, asked: Asked): Promise<CliFailure> {
  if (error instanceof Failed) return error.failure;
  const { options, pair } = asked;
  const { source, target } = pair;
  const registry = isRegistryError(error) ? error : undefined;
  if (registry && isOfSource(registry, asked)) {
    if (isHole(registry)) return incomplete(registry, asked);
    if (target.kind === 'registry' && isUnreadable(registry)) return unreadable(registry, source);
    const failure = await failureOf(source, () => atSource(source, () => Promise.reject(registry)));
    return told(failure, asked, registry);
  }
  if (target.kind === 'registry') {
    if (registry) return explainTarget(registry, asked);
    return told(await failureOf(source, () => Promise.reject(error)), asked);
  }
  const entry: Entry = { source, target: ecrTarget(target) };
  if (error instanceof MayNotCreate) {
    const role = roleOf(error.principal);
    const { code, hint, summary } = failures.repositoryMissing({ ...entry, role });
    return { code, summary, hint, command: copyCommand(options, pair) };
  }
  const failure = await failureOf(source, () => atTarget(entry, () => Promise.reject(error)));
  return told(failure, asked, registry);
}

/** Where both are one host the repository tells, and where that is one too, what was being done. */
function isOfSource({ host, operation, repository }: RegistryError, { pair }: Asked): boolean {
  const { source, target } = pair;
  if (host !== source.registry) return false;
  if (source.registry !== target.host) return true;
  if (repository !== undefined && source.repository !== target.repository) {
    return repository === source.repository;
  }
  return !['put manifest', 'head blob', 'start upload', 'put blob'].includes(operation);
}

/** The root was there when it was asked for, and something that it names is not. */
const isHole = ({ code, operation }: RegistryError): boolean =>
  ['not found', 'repository unknown', 'blob unknown'].includes(code) &&
  ['get blob', 'get manifest'].includes(operation);

function incomplete({ detail }: RegistryError, { options, pair }: Asked): CliFailure {
  const { source } = pair;
  return {
    code: 'sourceIncomplete',
    summary: `${familiarReference(source)} is not whole on ${hostName(source.registry)}: a part that it names is missing (${detail}).`,
    hint: 'Nothing was tagged. It may just be replaced there: try again, and if it stays so, tell the people who publish it.',
    command: copyCommand(options, pair),
  };
}

const isUnreadable = ({ code }: RegistryError): boolean =>
  code === 'unsupported manifest' || code === 'too large';

/** The catalogue speaks of what ECR cannot store; this is for no registry. */
function unreadable({ detail }: RegistryError, source: Reference): CliFailure {
  return {
    code: 'sourceUnsupported',
    summary: `${familiarReference(source)} cannot be copied: ${detail}.`,
    hint: 'Ask the people who publish the image for a current OCI or Docker schema 2 build.',
  };
}

/** What nobody foresaw is a failure of our own. */
async function failureOf(source: Reference, run: () => Promise<never>): Promise<Failure> {
  return run().catch((error: unknown): Failure => {
    if (error instanceof Trouble) return error.failure;
    const detail = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
    return failures.internal({ source, detail });
  });
}

function told(failure: Failure, { options, pair }: Asked, error?: RegistryError): CliFailure {
  const { code, summary, retry } = failure;
  const hint = hintFor(failure, { options, pair }, error);
  if (!retry) return { code, summary, hint };
  const refused = error?.code === 'refused address';
  const again = refused ? allowing(options, pair.source.registry, error) : options;
  return { code, summary, hint, command: copyCommand(again, pair) };
}

function ecrTarget({ ecr, repository, tag }: Extract<PairTarget, { kind: 'ecr' }>): Entry['target'] {
  const { account, host, region } = ecr;
  return { destination: host, account, region, repository, tag };
}
