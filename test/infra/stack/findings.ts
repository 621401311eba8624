import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Stacks } from './stacks.ts';

/** What cdk-nag finds, and what is acknowledged of it. */
export function testFindings(stacks: Stacks): void {
  describe('cdk-nag', () => {
    interface Report {
      readonly pluginReports: readonly {
        readonly pluginName: string;
        readonly violations: readonly {
          readonly ruleName: string;
          readonly violatingConstructs: readonly { readonly constructPath: string }[];
        }[];
      }[];
    }
    const findings = (variant: string): readonly string[] => {
      const report: Report = JSON.parse(
        readFileSync(join(stacks.folder, variant, 'validation-report.json'), 'utf8'),
      );
      return report.pluginReports
        .filter(({ pluginName }) => pluginName === 'AwsSolutions')
        .flatMap(({ violations }) => violations)
        .flatMap(({ ruleName, violatingConstructs }) =>
          violatingConstructs.map(
            ({ constructPath }) => `${ruleName} ${constructPath.split('/').slice(0, 2).join('/')}`,
          ),
        )
        .toSorted();
    };

    test('finds nothing that is not acknowledged', () => {
      expect(findings('plain')).toEqual([]);
      expect(findings('elsewhere')).toEqual([]);
    });

    test.each(['bare', 'bareElsewhere'])(
      'finds everything that is acknowledged: no reason is stale (%s)',
      (variant) => {
        const said: { readonly at: string; readonly rule: string; readonly reason: string }[] = JSON.parse(
          readFileSync(join(stacks.folder, `${variant}.acknowledged.json`), 'utf8'),
        );
        expect(findings(variant)).toEqual(
          said.map(({ at, rule }) => `AwsSolutions-${rule} ${at}`).toSorted(),
        );
        for (const { reason } of said) expect(reason.split(' ').length).toBeGreaterThan(8);
      },
    );
  });
}
