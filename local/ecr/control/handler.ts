import type { IncomingMessage } from 'node:http';
import { type Handler, readBody } from '../../server.ts';
import { type Answer, answer, send } from '../answer.ts';
import type { EcrWorld } from '../world.ts';
import { callerOf } from './caller.ts';
import { ControlError } from './control-error.ts';
import { OPERATIONS, REGISTRY_WIDE } from './operations.ts';
import { uuid } from '../uuid.ts';

const TARGET_PREFIX = 'AmazonEC2ContainerRegistry_V20150921.';
/** A layer part of 20 MiB in base64, and what is around it. */
const BODY_MAX_BYTES = 32 * 1024 * 1024;

/** The control API: JSON 1.1 on `POST /` (smithy.io, awsJson1_1 protocol). */
export function controlPlane(world: EcrWorld, registryHost: string): Handler {
  return async (request, response) => {
    const name = targetOf(request);
    const call = { principal: '', repository: '' };
    const given = await answerTo(world, { request, name, registryHost, call });
    world.events.deliver();
    world.record({
      at: world.now(),
      plane: 'api',
      method: request.method ?? '',
      path: '/',
      status: given.kind === 'cut' ? 0 : given.status,
      ...(name && { action: `ecr:${name}` }),
      ...(call.principal && { principal: call.principal }),
      ...(call.repository && { repository: call.repository }),
    });
    send(response, given);
  };
}

interface ControlRequest {
  readonly request: IncomingMessage;
  readonly name: string | undefined;
  readonly registryHost: string;
  /** Filled in as it becomes known, for the log. */
  readonly call: { principal: string; repository: string };
}

async function answerTo(world: EcrWorld, given: ControlRequest): Promise<Answer> {
  const requestId = uuid(world.randomHex);
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId };
  try {
    const output = await run(world, given);
    return output === 'cut' ? { kind: 'cut' } : answer(200, headers, JSON.stringify(output));
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    const body = JSON.stringify({ __type: error.type, message: error.message, ...error.fields });
    return answer(error.status, headers, body);
  }
}

async function run(world: EcrWorld, given: ControlRequest): Promise<object | 'cut'> {
  const { request, name, registryHost, call } = given;
  const body = await readBody(request, BODY_MAX_BYTES);
  const operation = name === undefined ? undefined : OPERATIONS.get(name);
  if (request.method !== 'POST' || request.url !== '/' || !operation) {
    throw new ControlError(
      'UnknownOperationException',
      `${name ?? 'nothing'} is not an operation of this stand-in`,
    );
  }
  call.principal = callerOf(world, request);
  if (!world.rates.take(`ecr:${name}`)) throw new ControlError('ThrottlingException', 'Rate exceeded');
  const input = parseJson(body);
  const names = repositoriesOf(input);
  call.repository = names[0] ?? '';
  for (const repository of resourcesOf(name ?? '', names)) {
    const refusal = world.policy.refusal(call.principal, `ecr:${name}`, repository);
    if (refusal?.eof) return 'cut';
    if (refusal) throw new ControlError('AccessDeniedException', refusal.sentence);
  }
  refuseOtherAccount(world, {
    input,
    action: `ecr:${name}`,
    principal: call.principal,
    repository: names[0],
  });
  return operation({ world, registryHost, principal: call.principal }, input);
}

function targetOf(request: IncomingMessage): string | undefined {
  const target = request.headers['x-amz-target'];
  if (typeof target !== 'string' || !target.startsWith(TARGET_PREFIX)) return undefined;
  return target.slice(TARGET_PREFIX.length);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ControlError('SerializationException', 'The body is not JSON');
  }
}

const resourcesOf = (name: string, names: readonly string[]): readonly (string | undefined)[] => {
  if (REGISTRY_WIDE.has(name)) return [undefined];
  return names.length > 0 ? names : ['*'];
};

function repositoriesOf(input: unknown): readonly string[] {
  if (typeof input !== 'object' || input === null) return [];
  if ('repositoryName' in input && typeof input.repositoryName === 'string') return [input.repositoryName];
  if (!('repositoryNames' in input) || !Array.isArray(input.repositoryNames)) return [];
  return input.repositoryNames.filter((name) => typeof name === 'string');
}

interface AccountCheck {
  readonly input: unknown;
  readonly action: string;
  readonly principal: string;
  readonly repository: string | undefined;
}

/** Another account's registry needs a policy there, and nobody wrote one. */
function refuseOtherAccount(world: EcrWorld, { input, action, principal, repository }: AccountCheck): void {
  if (typeof input !== 'object' || input === null || !('registryId' in input)) return;
  const account = input.registryId;
  if (account === undefined || account === world.accountId) return;
  const resource = `arn:aws:ecr:${world.region}:${account}:repository/${repository ?? '*'}`;
  throw new ControlError(
    'AccessDeniedException',
    `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ` +
      `because no resource-based policy allows the ${action} action`,
  );
}
