import type { EnhancedImageScanFinding, ImageScanFinding } from '@aws-sdk/client-ecr';
import { type Finding, parseSeverity } from '../../core/request/findings.ts';

const TITLE_MAX = 300;

/** Basic scanning: the package is in attributes. No documented key holds the fix, so the usual names are tried. */
export function fromBasic(finding: ImageScanFinding): Finding {
  const attributes = new Map((finding.attributes ?? []).map(({ key, value }) => [key?.toLowerCase(), value]));
  const fixedIn = FIX_KEYS.map((key) => attributes.get(key)).find(isVersion);
  return compact({
    id: finding.name ?? 'unnamed',
    severity: parseSeverity(finding.severity),
    package: attributes.get('package_name'),
    version: attributes.get('package_version'),
    fixedIn,
    title: finding.description,
    uri: finding.uri,
  });
}

/** Enhanced scanning (Amazon Inspector): the first package stands for those that share the vulnerability. */
export function fromEnhanced(finding: EnhancedImageScanFinding): Finding {
  const details = finding.packageVulnerabilityDetails;
  const packages = details?.vulnerablePackages ?? [];
  const shown = packages.find((each) => isVersion(each.fixedInVersion)) ?? packages[0];
  return compact({
    id: details?.vulnerabilityId ?? finding.title ?? 'unnamed',
    severity: parseSeverity(finding.severity),
    package: shown?.name,
    version: shown?.version,
    fixedIn: isVersion(shown?.fixedInVersion) ? shown?.fixedInVersion : undefined,
    title: finding.title ?? finding.description,
    uri: details?.sourceUrl,
  });
}

const FIX_KEYS = ['fixed_in_version', 'fixed_version', 'patched_version', 'fix_version'] as const;

/** Inspector writes NotAvailable where there is no fix. */
const isVersion = (text: string | undefined): boolean =>
  text !== undefined && text !== '' && text.toLowerCase() !== 'notavailable';

interface Raw {
  readonly id: string;
  readonly severity: Finding['severity'];
  readonly package: string | undefined;
  readonly version: string | undefined;
  readonly fixedIn: string | undefined;
  readonly title: string | undefined;
  readonly uri: string | undefined;
}

function compact(raw: Raw): Finding {
  const { id, severity, version, fixedIn, uri } = raw;
  return {
    id,
    severity,
    ...(raw.package && { package: raw.package }),
    ...(version && { version }),
    ...(fixedIn && { fixedIn }),
    ...(raw.title && { title: raw.title.slice(0, TITLE_MAX) }),
    ...(uri && { uri }),
  };
}
