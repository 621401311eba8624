import type { EnhancedImageScanFinding, FindingSeverity, ImageScanFinding } from '@aws-sdk/client-ecr';
import type { Wire } from '../wire.ts';
import type { ScriptedFinding } from './plan.ts';

/**
 * Basic scanning: OS packages as attributes. That a fix is named by `fixed_in_version` is this
 * stand-in's choice: AWS documents only that attributes are key and value.
 */
export function basicFinding(finding: ScriptedFinding): Wire<ImageScanFinding> {
  const { id, severity, title } = finding;
  const { name, version, fixedIn } = finding.package;
  return {
    name: id,
    description: title,
    uri: `https://cve.mitre.org/cgi-bin/cvename.cgi?name=${id}`,
    severity: isKnownSeverity(severity) ? severity : 'UNDEFINED',
    attributes: [
      { key: 'package_version', value: version },
      { key: 'package_name', value: name },
      ...(fixedIn === undefined ? [] : [{ key: 'fixed_in_version', value: fixedIn }]),
    ],
  };
}

export interface EnhancedContext {
  readonly accountId: string;
  readonly region: string;
}

/** Enhanced scanning: what Amazon Inspector reports. */
export function enhancedFinding(
  finding: ScriptedFinding,
  { accountId, region }: EnhancedContext,
): Wire<EnhancedImageScanFinding> {
  const { id, severity, title } = finding;
  const { name, version, fixedIn } = finding.package;
  return {
    awsAccountId: accountId,
    findingArn: `arn:aws:inspector2:${region}:${accountId}:finding/${id}-${name}`,
    type: 'PACKAGE_VULNERABILITY',
    title: `${id} - ${name}`,
    description: title,
    severity,
    status: 'ACTIVE',
    fixAvailable: fixedIn === undefined ? 'NO' : 'YES',
    packageVulnerabilityDetails: {
      vulnerabilityId: id,
      source: 'NVD',
      sourceUrl: `https://nvd.nist.gov/vuln/detail/${id}`,
      vulnerablePackages: [{ name, version, ...(fixedIn === undefined ? {} : { fixedInVersion: fixedIn }) }],
    },
  };
}

/** Only severities that occur have a key. */
export function severityCounts(findings: readonly ScriptedFinding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}

const isKnownSeverity = (severity: string): severity is FindingSeverity => severity !== 'UNTRIAGED';
