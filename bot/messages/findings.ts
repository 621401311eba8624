import { SEVERITIES, type Severity, type FindingsSummary } from '../../core/request/findings.ts';
import { clamp } from './limits.ts';
import { code, codeBlock, joined, type Mrkdwn, mrkdwn, oneLine } from './mrkdwn.ts';
import { plural } from './words.ts';

type Counts = FindingsSummary['counts'];
/** Some scanners' package names and versions are whole paths. */
const CELL_MAX = 60;

/** `1 critical, 3 high`: the worst two kinds there are, for one line. */
export function severityWords(counts: Counts): string {
  return (
    present(counts)
      .slice(0, 2)
      .map(([severity, count]) => `${count} ${severity.toLowerCase()}`)
      .join(', ') || 'no findings'
  );
}

/** What the scan found, worst first, as the thread tells it. */
export function findingsLines(findings: FindingsSummary): readonly Mrkdwn[] {
  const where = findings.platforms.length ? ` of ${platformWords(findings.platforms)}` : '';
  const lines = [mrkdwn`*Scan${where}:*  ${bars(findings.counts)}`];
  if (findings.byPlatform) lines.push(mrkdwn`${platformCounts(findings.byPlatform)}`);
  if (findings.top.length > 0) lines.push(codeBlock(findingsTable(findings.top)));
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

/** More platforms than these are alike enough for a glance. */
const PLATFORMS_SHOWN = 6;

/** `linux/amd64 1 critical, 3 high · linux/arm/v6 2 high`: where the platforms differ. */
function platformCounts(list: NonNullable<FindingsSummary['byPlatform']>): string {
  const shown = list
    .slice(0, PLATFORMS_SHOWN)
    .map(({ counts, platform }) => `${platform} ${severityWords(counts)}`);
  const more = list.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more platforms`] : [])].join(' · ');
}

/** `linux/amd64, arm64 and 5 more`: the first ones by name, the system named once. */
export function platformWords(platforms: readonly string[]): string {
  const shown = platforms.length > 3 ? platforms.slice(0, 2) : platforms;
  const names = shown.map((platform, at) => {
    const os = platform.split('/')[0] ?? '';
    return at > 0 && shown[0]?.startsWith(`${os}/`) ? platform.slice(os.length + 1) : platform;
  });
  const more = platforms.length - shown.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

/** A bar a severity, so that a glance is enough; the number says the same in words. */
function bars(counts: Counts): string {
  const words = present(counts).map(([severity, count]) => {
    const heavy = severity === 'CRITICAL' || severity === 'HIGH' || severity === 'MEDIUM';
    return `${heavy ? `${'■'.repeat(Math.min(count, 8))} ` : ''}${count} ${severity.toLowerCase()}`;
  });
  return words.join(' · ') || 'no findings';
}

const present = (counts: Counts): readonly (readonly [Severity, number])[] =>
  SEVERITIES.flatMap((severity) => {
    const count = counts[severity] ?? 0;
    return count > 0 ? [[severity, count] as const] : [];
  });

/** One finding a line, in columns, with the first version without it; a dialog's width holds a usual one. */
export function findingsTable(top: FindingsSummary['top']): string {
  const cell = (text: string): string => clamp(oneLine(text), CELL_MAX);
  const rows = top.map(({ id, severity, package: name, version, fixedIn }) => ({
    id: cell(id),
    severity: severity.toLowerCase(),
    what: [name, version].flatMap((part) => (part ? [cell(part)] : [])).join(' '),
    fix: fixedIn ? ` → ${cell(fixedIn)}` : '  no fix yet',
  }));
  const width = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
  const ids = width(rows.map(({ id }) => id));
  const severities = width(rows.map(({ severity }) => severity));
  return rows
    .map(({ id, severity, what, fix }) =>
      [id.padEnd(ids), severity.padEnd(severities), `${what}${fix}`.trimStart()].join('  '),
    )
    .join('\n');
}
