import { describe, expect, test } from '@jest/globals';
import { openSecrets } from '../../../core/secrets/open-secrets.ts';
import { parseRegistrySecret } from '../../../core/secrets/registry-secret.ts';
import { formatSlackSecret, parseSlackSecret } from '../../../core/secrets/slack-secret.ts';
import { type SecretsManager, startSecretsManager } from '../../../local/secrets-manager.ts';

const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'local' };

async function reading(
  text: string | undefined,
  run: (world: {
    readonly secrets: SecretsManager;
    readonly read: (fresh?: boolean) => Promise<string | undefined>;
    readonly later: (ms: number) => void;
    readonly reads: () => number;
  }) => Promise<void>,
): Promise<void> {
  const secrets = await startSecretsManager({ slack: text });
  let time = 1_000_000;
  const client = {
    region: 'eu-central-1',
    endpoint: secrets.endpoint,
    credentials: CREDENTIALS,
    maxAttempts: 1,
  };
  const reader = openSecrets({ now: () => time, client })('slack');
  const later = (ms: number) => {
    time += ms;
  };
  try {
    await run({ secrets, read: reader.read, later, reads: () => secrets.reads.get('slack') ?? 0 });
  } finally {
    await secrets.close();
  }
}

describe('a secret', () => {
  test('is asked for once for many who need it at the same time, and kept for five minutes', () =>
    reading('one', async ({ later, read, reads }) => {
      expect(await Promise.all([read(), read(), read()])).toEqual(['one', 'one', 'one']);
      later(299_000);
      expect(await read()).toBe('one');
      expect(reads()).toBe(1);
    }));

  test('that was changed counts after five minutes without a new start', () =>
    reading('one', async ({ later, read, secrets }) => {
      await read();
      secrets.store('slack', 'two');
      expect(await read()).toBe('one');
      later(300_000);
      expect(await read()).toBe('two');
    }));

  test('that does not fit any more is looked at again at once, but not more often than every ten seconds', () =>
    reading('one', async ({ later, read, reads, secrets }) => {
      await read();
      later(10_000);
      secrets.store('slack', 'two');
      expect(await read(true)).toBe('two');
      for (let rubbish = 0; rubbish < 100; rubbish += 1) await read(true);
      expect(reads()).toBe(2);
    }));

  test('into which nobody has put anything yet is nothing, and counts as soon as somebody does', () =>
    reading(undefined, async ({ read, secrets }) => {
      expect(await read()).toBeUndefined();
      secrets.store('slack', 'one');
      expect(await read()).toBe('one');
    }));

  test('stays what it was while Secrets Manager does not answer', () =>
    reading('one', async ({ later, read, secrets }) => {
      await read();
      await secrets.close();
      later(600_000);
      expect(await read()).toBe('one');
    }));

  test('that was never read is an error while Secrets Manager does not answer, and read when it does again', async () => {
    const secrets = await startSecretsManager({ slack: 'one' });
    const { endpoint } = secrets;
    await secrets.close();
    const client = { region: 'eu-central-1', endpoint, credentials: CREDENTIALS, maxAttempts: 1 };
    const reader = openSecrets({ now: Date.now, client })('slack');
    await expect(reader.read()).rejects.toThrow();
    await expect(reader.read()).rejects.toThrow();
  });
});

describe('the secret of the bot', () => {
  const stored = { botToken: 'xoxb-1-2-abc', signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' };

  test('is what was stored', () => {
    expect(parseSlackSecret(formatSlackSecret(stored))).toEqual(stored);
  });

  test.each([
    ['nothing', undefined],
    ['no JSON', 'xoxb-1-2-abc'],
    ['a placeholder', '{"botToken":"xoxb-placeholder","signingSecret":"placeholder"}'],
    ['an app token', JSON.stringify({ ...stored, botToken: 'xapp-1-A-2-b' })],
    ['half of it', '{"botToken":"xoxb-1-2-abc"}'],
    ['an empty signing secret', JSON.stringify({ ...stored, signingSecret: '' })],
  ])('is none when it holds %s', (_what, text) => {
    expect(parseSlackSecret(text)).toBeUndefined();
  });
});

test('the accounts of registries are one object, each as a pair or as Secrets Manager writes one', () => {
  const text = '{"hub":"acme:token","ghcr":{"username":"acme","password":"token"},"__proto__":"x"}';
  const accounts = parseRegistrySecret(text);
  expect(accounts.get('hub')).toBe('acme:token');
  expect(accounts.get('ghcr')).toBe('{"username":"acme","password":"token"}');
  expect(accounts.get('toString')).toBeUndefined();
  expect(parseRegistrySecret(undefined).size).toBe(0);
  expect(parseRegistrySecret('[]').size).toBe(0);
});
