import type { FindingsSummary } from '../../core/request/request.ts';
import { code, codeBlock, joined, type Mrkdwn, mrkdwn } from './mrkdwn.ts';
import { listing, plural } from './words.ts';

const ORDER = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED', 'UNTRIAGED'] as const;
type Counts = FindingsSummary['counts'];

/** `1 critical, 3 high`: the worst two kinds there are, for one line. */
export function severityWords(counts: Counts): string {
  const words = ORDER.flatMap((severity) => {
    const count = counts[severity] ?? 0;
    return count > 0 ? [`${count} ${severity.toLowerCase()}`] : [];
  });
  if (words.length === 0) return 'no findings';
  return words.slice(0, 2).join(', ');
}

/** What the scan found, worst first, as the thread tells it. */
export function findingsLines(findings: FindingsSummary): readonly Mrkdwn[] {
  const where = findings.platforms.length > 3 ? several(findings.platforms) : listing(findings.platforms);
  const lines = [mrkdwn`*Scan of ${where}:*  ${bars(findings.counts)}`];
  if (findings.top.length > 0) lines.push(codeBlock(table(findings)));
  const more = findings.total - findings.top.length;
  if (more > 0) lines.push(mrkdwn`and ${plural(more, 'more finding')} in the ECR console`);
  if (findings.missing.length > 0) {
    lines.push(
      joined(
        findings.missing.map(({ platform, why }) => mrkdwn`no findings for ${code(platform)}: ${why}`),
        '\n',
      ),
    );
  }
  return lines;
}

const several = (platforms: readonly string[]): string =>
  `${platforms.slice(0, 2).join(', ')} and ${platforms.length - 2} more`;

/** A bar a severity, so that a glance is enough; the number says the same in words. */
function bars(counts: Counts): string {
  const words = ORDER.flatMap((severity) => {
    const count = counts[severity] ?? 0;
    if (count === 0) return [];
    const heavy = severity === 'CRITICAL' || severity === 'HIGH' || severity === 'MEDIUM';
    return [`${heavy ? `${'■'.repeat(Math.min(count, 8))} ` : ''}${count} ${severity.toLowerCase()}`];
  });
  return words.length ? words.join('   ') : 'no findings';
}

function table(findings: FindingsSummary): string {
  const width = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
  const ids = width(findings.top.map(({ id }) => id));
  const severities = width(findings.top.map(({ severity }) => severity));
  return findings.top
    .map(({ id, severity, package: name, version, fixedIn }) => {
      const what = [name, version].filter(Boolean).join(' ');
      const fix = fixedIn ? ` → fixed in ${fixedIn}` : ', no fix yet';
      return `${id.padEnd(ids)}  ${severity.toLowerCase().padEnd(severities)}  ${what}${fix}`;
    })
    .join('\n');
}
