import type { Digest } from '../../core/oci/digest.ts';
import { type Failure, failures } from '../../core/request/failure.ts';
import type { Entry, Image } from '../../core/request/image.ts';
import type { Reference } from '../../core/oci/reference.ts';
import { StoreError } from '../../core/store/store.ts';
import { parseDenied } from '../ecr/denied.ts';
import { describeEcrError, type EcrProblem } from '../ecr/errors.ts';
import { isRegistryError, type RegistryError } from '../registry/errors.ts';
import { answerText, reserveOf, windowOf } from './answer-text.ts';

interface TroubleFacts {
  readonly failure: Failure;
  /** It may be otherwise in a while: try again instead of ending. */
  readonly passing: boolean;
  /** Epoch ms, by the other side's own word. */
  readonly retryAt?: number | undefined;
}

/** Anything that stops a job, as what people are told and whether trying again helps. */
export class Trouble extends Error {
  readonly code = 'trouble';
  readonly failure: Failure;
  readonly passing: boolean;
  readonly retryAt: number | undefined;

  constructor({ failure, passing, retryAt }: TroubleFacts, cause?: unknown) {
    super(failure.summary, { cause });
    this.name = 'Trouble';
    this.failure = failure;
    this.passing = passing;
    this.retryAt = retryAt;
  }

  /** What nobody foresaw is our own failure: tried again, then told as such. */
  static of(error: unknown, image?: Entry): Trouble {
    if (error instanceof Trouble) return error;
    const source = image?.source ?? { registry: 'docker.io', repository: 'the image' };
    const detail = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
    return new Trouble({ failure: failures.internal({ source, detail }), passing: true }, error);
  }
}

/** Runs something at the source; what goes wrong there is told as the source's trouble. */
export async function atSource<T>(source: Reference, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw isRegistryError(error) ? sourceTrouble(source, error) : error;
  }
}

/** The same for ECR, whether its control API or its registry answered. */
export async function atTarget<T>(entry: Entry, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw targetTrouble(entry, error);
  }
}

/** For a copy: the error itself says which side it is from. */
export async function atBoth<T>(
  entry: Pick<Image, 'source' | 'target' | 'targetDigest'>,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isRegistryError(error) && error.host === entry.source.registry)
      throw sourceTrouble(entry.source, error, entry.targetDigest);
    throw targetTrouble(entry, error);
  }
}

/** `digest`: what was approved, once something was. */
function sourceTrouble(source: Reference, error: RegistryError, digest?: Digest): Trouble {
  const { detail, retryAt } = error;
  const end = (failure: Failure): Trouble => new Trouble({ failure, passing: false }, error);
  const later = (failure: Failure): Trouble => new Trouble({ failure, passing: true, retryAt }, error);
  switch (error.code) {
    case 'not found':
    case 'repository unknown':
    case 'blob unknown':
      return end(
        digest ? failures.sourceGone({ source, digest }) : failures.tagNotFound({ source, closest: [] }),
      );
    case 'unauthorized':
      return end(failures.sourcePrivate({ source }));
    case 'denied':
    case 'credentials rejected':
    case 'refused address':
      return end(failures.sourceDenied({ source, detail }));
    case 'rate limited':
      return later(failures.sourceRateLimited({ source, ...windowOf(error) }));
    case 'pull reserve':
      return later(failures.pullsReserved({ source, ...reserveOf(error) }));
    case 'digest mismatch':
      return later(failures.sourceCorrupt({ source, detail }));
    case 'unsupported manifest':
    case 'too large':
      return end(failures.sourceUnsupported({ source, detail }));
    default: {
      const said = answerText(error);
      if (error.retryable) return later(failures.sourceUnreachable({ source, detail: said }));
      // Without a status nobody answered.
      return error.status === undefined
        ? end(failures.sourceUnreachable({ source, detail }))
        : end(failures.sourceRefused({ source, detail: said }));
    }
  }
}

function targetTrouble(entry: Entry, error: unknown): unknown {
  if (error instanceof Trouble || error instanceof StoreError) return error;
  if (isRegistryError(error)) return registryTrouble(entry, error);
  if (!(error instanceof Error) || error.name === 'AbortError' || error.name === 'LeaseLost') return error;
  const { account, region, repository } = entry.target;
  return problemTrouble(entry, describeEcrError(error, { account, region, repository }), error);
}

/** The registry side of ECR: its 403 carries IAM's sentence. */
function registryTrouble(entry: Entry, error: RegistryError): Trouble {
  const { detail, retryAt } = error;
  // The token comes from the control API: what is wrong with it is ECR's own error, the registry only passed it on.
  if (isAwsError(error.cause)) {
    const { account, region, repository } = entry.target;
    const action = 'ecr:GetAuthorizationToken';
    return problemTrouble(
      entry,
      describeEcrError(error.cause, { account, region, repository, action }),
      error,
    );
  }
  const denied = error.code === 'denied' || error.code === 'unauthorized' ? parseDenied(detail) : undefined;
  if (denied) return problemTrouble(entry, { kind: 'permission', message: detail, ...denied }, error);
  switch (error.code) {
    case 'repository unknown':
      return problemTrouble(entry, { kind: 'repositoryNotFound', ...entry.target }, error);
    case 'upload cut':
      // The repository was there a moment ago, so this is the other thing that ECR cuts the line for.
      return new Trouble(
        { failure: failures.permissionMissing({ ...entry, ...CUT }), passing: false },
        error,
      );
    case 'denied':
      // ECR says DENIED of quotas too, in words of their own.
      if (!/token|credential|authenticat|signature/i.test(detail)) {
        return problemTrouble(entry, { kind: 'limit', message: answerText(error) }, error);
      }
      return problemTrouble(entry, { kind: 'credentials', problem: 'unrecognised', message: detail }, error);
    case 'unauthorized':
      return problemTrouble(entry, { kind: 'credentials', problem: 'unrecognised', message: detail }, error);
    default: {
      const said = answerText(error);
      const failure = error.retryable
        ? failures.ecrUnreachable({ ...entry, detail: said })
        : failures.ecrRefused({ ...entry, detail: `${error.code}, ${said}` });
      return new Trouble({ failure, passing: error.retryable, retryAt }, error);
    }
  }
}

/** aws/containers-roadmap#1970 */
const CUT = {
  action: 'ecr:InitiateLayerUpload',
  role: "Probably the worker's role",
  reason: 'ECR cut the connection instead of answering, as it does where this right is missing',
} as const;

export function problemTrouble(entry: Entry, problem: EcrProblem, cause: unknown): Trouble {
  const trouble = (failure: Failure, passing: boolean): Trouble => new Trouble({ failure, passing }, cause);
  switch (problem.kind) {
    case 'permission':
      return trouble(permission(entry, problem), false);
    case 'repositoryNotFound': {
      // Whoever asks has just made sure of it: gone meanwhile, and made anew by the next try.
      const { account, region, repository } = problem;
      const detail = `it says there is no ${repository} in account ${account}, Region ${region}`;
      return trouble(failures.ecrRefused({ ...entry, detail }), true);
    }
    case 'credentials':
      return problem.problem === 'region'
        ? trouble(failures.wrongRegion({ ...entry, detail: problem.message }), false)
        : trouble(failures.ecrCredentials({ ...entry, detail: problem.message }), false);
    case 'throttled':
      return trouble(failures.ecrUnreachable({ ...entry, detail: 'it asks to slow down' }), true);
    case 'unreachable':
      return trouble(failures.ecrUnreachable({ ...entry, detail: `${problem.code}` }), true);
    case 'immutableTag':
    case 'limit':
      return trouble(failures.ecrRefused({ ...entry, detail: problem.message }), false);
    case 'other': {
      const { code, message, requestId } = problem;
      const detail = `${code}: ${message}${requestId === undefined ? '' : ` Request ${requestId}`}`;
      return problem.retryable
        ? trouble(failures.ecrUnreachable({ ...entry, detail }), true)
        : trouble(failures.ecrRefused({ ...entry, detail }), false);
    }
    default:
      return problem satisfies never;
  }
}

/** The SDK's own errors carry `$metadata`; the one for missing credentials has only its name. */
const isAwsError = (cause: unknown): cause is Error =>
  cause instanceof Error && ('$metadata' in cause || cause.name === 'CredentialsProviderError');

const REASONS = {
  identity: 'no identity policy allows it',
  resource: 'no policy of the repository allows it: it may be in another account',
  deny: 'a policy denies it explicitly',
  unknown: 'AWS does not say which policy is missing',
} as const;

function permission(entry: Entry, problem: Extract<EcrProblem, { kind: 'permission' }>): Failure {
  const { action, principal, reason, resource } = problem;
  // A login belongs to no repository: its right is given on `*` or not at all.
  const repository = resource === '*' ? resource : resource?.split(':repository/')[1];
  return failures.permissionMissing({
    ...entry,
    action,
    role: roleOf(principal),
    reason: REASONS[reason],
    ...(repository && { resource: repository }),
  });
}

/** `role mirror-worker` out of an ARN: the account id in it is not for every channel. */
export function roleOf(principal: string | undefined): string {
  const session = /:assumed-role\/([^/]+)/.exec(principal ?? '')?.[1];
  // A role's path comes before its name.
  const role = session ?? /:role\/(?:.+\/)?([^/]+)$/.exec(principal ?? '')?.[1];
  const user = /:user\/(.+)$/.exec(principal ?? '')?.[1];
  return role ? `The role ${role}` : user ? `The user ${user}` : "The worker's role";
}
