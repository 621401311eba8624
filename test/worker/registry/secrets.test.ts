import { describe, expect, test } from '@jest/globals';
import { environmentSecrets, parseSecret, secretsKeychain } from '../../../worker/registry/secrets.ts';

describe('a secret', () => {
  test.each([
    ['acme:token', { user: 'acme', secret: 'token' }],
    ['acme:to:k:en', { user: 'acme', secret: 'to:k:en' }],
    ['acme:token\n', { user: 'acme', secret: 'token' }],
    ['{"username":"acme","password":"to\\"ken"}', { user: 'acme', secret: 'to"ken' }],
    [
      ' {"username": "_json_key", "password": "{\\"type\\": 1}", "more": 1}',
      { user: '_json_key', secret: '{"type": 1}' },
    ],
  ])('%j is an account', (text, account) => {
    expect(parseSecret(text)).toEqual(account);
  });

  test.each([
    ['', 'nothing'],
    ['token', 'no colon'],
    [':token', 'no user'],
    ['acme:', 'no secret'],
    ['{"username":"acme"}', 'no password'],
    ['{"username":"","password":"x"}', 'an empty user'],
    ['{"username":"a:b","password":"x"}', 'a user that Basic cannot carry'],
    ['{broken', 'no JSON'],
    ['acme:one\r\nHost: evil', 'a second line'],
  ])('%j is none: %s', (text) => {
    expect(parseSecret(text)).toBeUndefined();
  });
});

describe('the configuration’s secrets', () => {
  const registries = {
    'ghcr.io': { credentials: 'GHCR' },
    'docker.io': { credentials: 'HUB' },
    'quay.io': {},
  };

  test('each go to the exact host that names them', async () => {
    const secrets = environmentSecrets({ GHCR: 'a:1', HUB: '{"username":"b","password":"2"}' });
    const result = await secretsKeychain(registries, secrets);
    if (!result.ok) throw new Error('refused');
    expect(result.keychain('ghcr.io')).toEqual({ user: 'a', secret: '1' });
    expect(result.keychain('docker.io')).toEqual({ user: 'b', secret: '2' });
    for (const other of ['quay.io', 'ghcr.io:443', 'evil-ghcr.io', 'sub.ghcr.io', 'toString']) {
      expect(result.keychain(other)).toBeUndefined();
    }
  });

  test('that are missing, empty or unreadable are told all at once, by their name and not by what they hold', async () => {
    const all = { ...registries, 'gcr.io': { credentials: 'GCR' } };
    expect(await secretsKeychain(all, environmentSecrets({ HUB: ' ', GCR: 'hunter2' }))).toEqual({
      ok: false,
      problems: [
        'the secret GHCR, which registries["ghcr.io"].credentials names, is not set',
        'the secret HUB, which registries["docker.io"].credentials names, is empty',
        'the secret GCR, which registries["gcr.io"].credentials names, holds neither user:secret nor {"username": …, "password": …}',
      ],
    });
  });

  test('named like a method of every object are not set', async () => {
    const result = await secretsKeychain({ 'ghcr.io': { credentials: 'toString' } }, environmentSecrets({}));
    expect(result).toMatchObject({ ok: false });
  });

  test('that cannot be asked for are told without the words of the error', async () => {
    const secrets = async (): Promise<string> => {
      throw new Error('AccessDenied for hunter2');
    };
    const result = await secretsKeychain({ 'ghcr.io': { credentials: 'prod/ghcr' } }, secrets);
    expect(result).toEqual({
      ok: false,
      problems: [
        'the secret prod/ghcr, which registries["ghcr.io"].credentials names, cannot be read (Error)',
      ],
    });
  });
});
