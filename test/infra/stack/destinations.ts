import { describe, expect, test } from '@jest/globals';
import { actionsOf, may, rightsOf } from '../rights.ts';
import { ACCOUNT } from '../template.ts';
import { ELSEWHERE, WRITER } from '../variants.ts';
import type { Stacks } from './stacks.ts';

/** What a destination elsewhere has over there. */
export function testDestinations(stacks: Stacks): void {
  describe('a destination in another account', () => {
    test('has a role of the configured name that exactly the worker may take', () => {
      const { Properties } = stacks.team.one('AWS::IAM::Role', 'Writer');
      expect(Properties).toMatchObject({ RoleName: WRITER.split('/')[1], MaxSessionDuration: 3_600 });
      const worker = stacks.two.one('AWS::IAM::Role', 'WorkerRole').Properties['RoleName'];
      expect(stacks.team.resolve(Properties['AssumeRolePolicyDocument'])).toMatchObject({
        Statement: [
          { Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/${worker}` } },
        ],
      });
      expect(stacks.near.all('AWS::IAM::Role').filter(([id]) => id.startsWith('Writer'))).toEqual([]);
    });

    test('lets that role write below the prefixes and nowhere else, and the worker take it and no other', () => {
      const there = `arn:aws:ecr:${ELSEWHERE.region}:${ELSEWHERE.account}:repository`;
      const writer = rightsOf(stacks.team, 'Writer');
      expect(may(writer, 'ecr:PutImage', `${there}/base-images/nginx`)).toBe(true);
      expect(may(writer, 'ecr:PutImage', `${there}/others/nginx`)).toBe(false);
      expect(
        actionsOf(writer).filter((action) => /Delete|SetRepositoryPolicy|PutRegistry/.test(action)),
      ).toEqual([]);
      const worker = rightsOf(stacks.two, 'WorkerRole');
      expect(may(worker, 'sts:AssumeRole', WRITER)).toBe(true);
      expect(may(worker, 'sts:AssumeRole', WRITER.replace('team', 'other'))).toBe(false);
      expect(may(worker, 'ecr:PutImage', `${there}/base-images/nginx`)).toBe(false);
    });
  });
}
