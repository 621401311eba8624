import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { referrersTag } from '../../../core/oci/referrer.ts';
import { linesOf, mirror } from './run-mirror.ts';
import { ECR_HOST, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const run = (verb: 'copy' | 'plan', repository: string, ...more: readonly string[]) =>
  mirror([verb, ...more, ...world.toEcr, `${world.host}/library/signed:1`, `${ECR_HOST}/${repository}`], {
    env: world.aws,
  });

describe('signatures and SBOMs, by the command', () => {
  test('come along and are counted; cosign finds its signature by its tag', async () => {
    const { code, err, out } = await run('copy', 'base/signed');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(', +1 signature, 2 SBOMs');
    const cosign = `${referrersTag(world.hub.digestOf('library/signed', '1'))}.sig`;
    expect(world.ecr.admin.tags('base/signed').has(cosign)).toBe(true);
  });

  test('are in the plan with their size, and nothing is written', async () => {
    const { code, out } = await run('plan', 'base/planned');
    expect(code).toBe(0);
    expect(out).toMatch(/\+1 signature, 2 SBOMs \([0-9.]+ [kM]?B\)/);
    const [json] = linesOf((await run('plan', 'base/planned', '--json')).out);
    expect(json).toMatchObject({ referrers: { counts: { signature: 1, sbom: 2 } } });
  });

  test('stay behind with --no-referrers, and are not even looked for', async () => {
    const before = world.hub.calls.length;
    const { code, out } = await run('copy', 'base/alone', '--no-referrers');
    expect(code).toBe(0);
    expect(out).not.toContain('SBOM');
    const asked = world.hub.calls.slice(before).map(({ kind }) => kind);
    expect(asked).not.toContain('referrers');
    // Once before the registry asked for a login, and once after.
    expect(asked.filter((kind) => kind === 'manifest head')).toHaveLength(2);
    expect([...world.ecr.admin.tags('base/alone').keys()]).toEqual(['1']);
  });
});
