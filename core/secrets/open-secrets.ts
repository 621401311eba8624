import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { type SecretReader, secretReader } from './secret-reader.ts';

export interface OpenSecretsOptions {
  readonly now: () => number;
  readonly client?: SecretsManagerClientConfig;
}

/** Secrets by ARN or name, each with a reader of its own over one client. */
export function openSecrets({ now, client: config = {} }: OpenSecretsOptions): (id: string) => SecretReader {
  const client = new SecretsManagerClient({ maxAttempts: 2, ...config });
  return (id) => secretReader({ client, id, now });
}
