import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openAccounts } from '../../worker/accounts.ts';
import { environmentSecrets } from '../../worker/registry/secrets.ts';
import { sampleConfig } from '../core/config/sample-config.ts';

const home = mkdtempSync(join(tmpdir(), 'mirror-accounts-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const auth = Buffer.from('docker:login').toString('base64');
writeFileSync(
  join(home, 'config.json'),
  JSON.stringify({ auths: { 'ghcr.io': { auth }, 'quay.io': { auth } } }),
);
const docker = { env: { DOCKER_CONFIG: home }, home };

const config = sampleConfig({
  registries: { 'ghcr.io': { credentials: 'GHCR' }, 'gcr.io': { credentials: 'GCR' } },
  rules: [
    { name: 'a', credentials: ['ghcr.io'] },
    { name: 'b', credentials: ['quay.io', 'ghcr.io'] },
  ],
});
const secrets = environmentSecrets({ GHCR: 'secret:own', GCR: 'nobody:names' });

describe('the accounts of a service', () => {
  test('are the configuration’s secrets, then those of docker login, for hosts that a rule names', async () => {
    const accounts = await openAccounts({ config, secrets, docker });
    if (!accounts.ok) throw new Error(accounts.problems.join());
    expect(accounts.keychain('ghcr.io')).toEqual({ user: 'secret', secret: 'own' });
    expect(accounts.keychain('quay.io')).toEqual({ user: 'docker', secret: 'login' });
    expect(accounts.keychain('docker.io')).toBeUndefined();
    expect(accounts.warnings).toEqual([
      'registries["gcr.io"].credentials is named by no rule\'s credentials, and never used',
    ]);
  });

  test('must be there for every host that a rule names; on a server docker login is not asked', async () => {
    expect(await openAccounts({ config, secrets })).toEqual({
      ok: false,
      problems: [
        'a rule names the credentials of quay.io, and there are none: add registries["quay.io"].credentials',
      ],
    });
  });

  test('that cannot be read stop the start', async () => {
    const result = await openAccounts({ config, secrets: environmentSecrets({ GCR: 'a:b' }), docker });
    expect(result).toMatchObject({ ok: false, problems: [expect.stringContaining('the secret GHCR')] });
  });
});
