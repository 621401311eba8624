import { describe, expect, test } from '@jest/globals';
import { type EventBody, scanEvent } from '../../../local/ecr/events/shapes.ts';
import { fitsPattern } from '../event-pattern.ts';
import { ACCOUNT, REGION, type Template } from '../template.ts';
import { ELSEWHERE } from '../variants.ts';
import { properties, type Stacks } from './stacks.ts';

/** The rules that hear the ends of scans. */
export function testScans(stacks: Stacks): void {
  describe('the end of a scan', () => {
    const image = (repository: string) => ({
      repository,
      repositoryArn: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${repository}`,
      digest: `sha256:${'0'.repeat(64)}` as const,
      tags: [],
    });
    const event = (repository: string, format: 'basic' | 'enhanced', over: object = {}): object => {
      const findings = {
        kind: 'findings',
        status: 'COMPLETE',
        format,
        findings: [],
        completedAt: 1,
      } as const;
      const body: EventBody | undefined = scanEvent(image(repository) as never, findings);
      return { account: ACCOUNT, region: REGION, ...body, ...over };
    };
    const hears = (template: Template, one: object): boolean =>
      properties(template, 'AWS::Events::Rule').some(
        ({ EventPattern }) => EventPattern !== undefined && fitsPattern(template.resolve(EventPattern), one),
      );

    test.each(['basic', 'enhanced'] as const)('of %s scanning wakes the tick, for our prefixes', (format) => {
      expect(hears(stacks.plain, event('base-images/nginx', format))).toBe(true);
      expect(hears(stacks.plain, event('base-images', format))).toBe(true);
      expect(hears(stacks.plain, event('shop/front', format))).toBe(true);
    });

    test('of what is not ours, elsewhere, or no end of a scan wakes nobody', () => {
      expect(hears(stacks.plain, event('others/nginx', 'basic'))).toBe(false);
      expect(hears(stacks.plain, event('others/nginx', 'enhanced'))).toBe(false);
      expect(hears(stacks.plain, event('base-images/nginx', 'basic', { account: ELSEWHERE.account }))).toBe(
        false,
      );
      expect(hears(stacks.plain, event('base-images/nginx', 'basic', { region: ELSEWHERE.region }))).toBe(
        false,
      );
      expect(
        hears(stacks.plain, event('base-images/nginx', 'basic', { 'detail-type': 'ECR Image Action' })),
      ).toBe(false);
      const again = {
        'scan-status': 'SCAN_STATUS_CHANGE',
        'repository-name': image('base-images/x').repositoryArn,
      };
      expect(hears(stacks.plain, event('base-images/x', 'enhanced', { detail: again }))).toBe(false);
    });

    test('in another account or Region is heard there, brought home, and heard at home', () => {
      const there = event('base-images/nginx', 'basic', ELSEWHERE);
      expect(hears(stacks.team, there)).toBe(true);
      expect(hears(stacks.two, there)).toBe(true);
      const nearby = event('base-images/nginx', 'basic', { region: ELSEWHERE.region });
      expect(hears(stacks.near, nearby)).toBe(true);
      for (const template of [stacks.near, stacks.team]) {
        const targets = properties(template, 'AWS::Events::Rule').flatMap(
          ({ Targets }) => Targets as object[],
        );
        for (const target of targets) {
          const home = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
          expect(target).toMatchObject({ Arn: home, RoleArn: expect.anything() });
        }
      }
      expect(properties(stacks.two, 'AWS::Events::EventBusPolicy')).toHaveLength(1);
    });
  });
}
