import { listen, readBody, sendJson } from './server.ts';

export interface SecretsManager {
  /** The SDK's `endpoint`, or AWS_ENDPOINT_URL_SECRETS_MANAGER. */
  readonly endpoint: string;
  /** By ARN or name; undefined = it is there and holds nothing. */
  readonly secrets: ReadonlyMap<string, string | undefined>;
  /** What somebody stores by another way. */
  store(id: string, text: string): void;
  /** How often each was read, by its id. */
  readonly reads: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const TARGET_PREFIX = 'secretsmanager.';

/**
 * AWS Secrets Manager's API in memory, as far as it is used: GetSecretValue and PutSecretValue over JSON 1.1. Sentences
 * as in the API's own answers.
 */
export async function startSecretsManager(
  secrets: Readonly<Record<string, string | undefined>> = {},
  port = 0,
): Promise<SecretsManager> {
  const stored = new Map(Object.entries(secrets));
  const reads = new Map<string, number>();
  const listening = await listen(async (request, response) => {
    const operation = String(request.headers['x-amz-target'] ?? '').slice(TARGET_PREFIX.length);
    const fail = (type: string, message: string) =>
      sendJson(response, 400, { __type: type, Message: message }, HEADERS);
    const input: unknown = JSON.parse((await readBody(request)).toString('utf8'));
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 '))
      return fail('MissingAuthenticationTokenException', 'Missing Authentication Token');
    const id = textOf(input, 'SecretId');
    if (!stored.has(id)) return fail('ResourceNotFoundException', `${CANNOT_FIND}.`);
    if (operation === 'PutSecretValue') {
      stored.set(id, textOf(input, 'SecretString'));
      return sendJson(response, 200, { ARN: id, Name: id, VersionStages: ['AWSCURRENT'] }, HEADERS);
    }
    if (operation !== 'GetSecretValue')
      return fail('UnknownOperationException', `${operation} is not an operation of this stand-in`);
    reads.set(id, (reads.get(id) ?? 0) + 1);
    const SecretString = stored.get(id);
    if (SecretString === undefined)
      return fail('ResourceNotFoundException', `${CANNOT_FIND} value for staging label: AWSCURRENT`);
    sendJson(response, 200, { ARN: id, Name: id, SecretString, VersionStages: ['AWSCURRENT'] }, HEADERS);
  }, port);
  return {
    endpoint: listening.origin,
    secrets: stored,
    store: (id, text) => {
      stored.set(id, text);
    },
    reads,
    close: listening.close,
  };
}

const CANNOT_FIND = "Secrets Manager can't find the specified secret";
const HEADERS = { 'content-type': 'application/x-amz-json-1.1' };

function textOf(input: unknown, key: string): string {
  const value: unknown =
    typeof input === 'object' && input !== null
      ? Object.entries(input).find(([name]) => name === key)?.[1]
      : '';
  return typeof value === 'string' ? value : '';
}
