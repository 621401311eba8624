import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';

/** A secret as a person stores it: read once, written once. */
export interface SecretStore {
  /** Undefined: nothing is stored yet. Rejects with the SDK's error, also where there is no such secret. */
  read(): Promise<string | undefined>;
  /** Rejects with the SDK's error; the value is in none. */
  write(text: string): Promise<void>;
  close(): void;
}

export function openSecretStore(id: string, config: SecretsManagerClientConfig = {}): SecretStore {
  const client = new SecretsManagerClient({ maxAttempts: 3, ...config });
  return {
    read: async () => {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString;
      } catch (error) {
        // A secret without a value is told by the same name as one that is not there; only the sentence differs.
        if (error instanceof Error && /staging label: AWSCURRENT/.test(error.message)) return undefined;
        throw error;
      }
    },
    write: async (text) => {
      await client.send(new PutSecretValueCommand({ SecretId: id, SecretString: text }));
    },
    close: () => client.destroy(),
  };
}
