import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** One secret of AWS Secrets Manager, read again when it may have changed, so that a rotation needs no deployment. */
export interface SecretReader {
  /**
   * What it holds; undefined = nobody has stored anything yet. `fresh`: what was known did not fit, so look again.
   * Rejects where Secrets Manager does not answer and nothing was ever read.
   */
  read(fresh?: boolean): Promise<string | undefined>;
}

export interface SecretReaderOptions {
  readonly client: SecretsManagerClient;
  /** ARN or name. */
  readonly id: string;
  readonly now: () => number;
}

/** A changed secret counts everywhere after this long, also where nothing has refused the old one. */
const KEPT_MS = 300_000;
/** Whoever sends rubbish can make us look again only this often: each look is billed. */
const FRESH_MS = 10_000;
/** Inside of Slack's 3 s, with time for the rest. */
const TIMEOUT_MS = 1_500;

interface Known {
  readonly text: string | undefined;
  readonly readAt: number;
}

export function secretReader({ client, id, now }: SecretReaderOptions): SecretReader {
  let known: Known | undefined;
  let underway: Promise<Known> | undefined;
  const ask = (): Promise<Known> => {
    underway ??= askOnce(client, id)
      .then((text) => {
        known = { text, readAt: now() };
        return known;
      })
      // A failure is not remembered: the next one who needs it asks again.
      .finally(() => {
        underway = undefined;
      });
    return underway;
  };
  return {
    read: async (fresh = false) => {
      // Where nothing is stored yet, somebody is about to do it.
      const isKept = known?.text !== undefined && now() - known.readAt < (fresh ? FRESH_MS : KEPT_MS);
      if (isKept) return known?.text;
      try {
        return (await ask()).text;
      } catch (error) {
        if (known?.text !== undefined) return known.text;
        throw error;
      }
    },
  };
}

async function askOnce(client: SecretsManagerClient, id: string): Promise<string | undefined> {
  const get = new GetSecretValueCommand({ SecretId: id });
  try {
    const { SecretString } = await client.send(get, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    return SecretString;
  } catch (error) {
    // Also for a secret that is there and has no value yet (API reference, GetSecretValue).
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
