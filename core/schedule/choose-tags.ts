import { coerce, compare, satisfies, validRange } from 'semver';

/** Which tags of a repository a schedule keeps fresh. All that is said has to hold. */
export interface TagRule {
  /** A semver range over the version at the start of a tag: `>=1.25 <2`. */
  readonly semver?: string | undefined;
  /** A regular expression that the whole tag has to match. */
  readonly match?: string | undefined;
  /** What has to stand behind the version: `-alpine`. Without it, with `semver` or `newest`: nothing may. */
  readonly variant?: string | undefined;
  /** Of what is left the newest so many, by version. */
  readonly newest?: number | undefined;
}

/** A tag as versions are written: `1.27`, `v1.27.3-alpine`. */
export interface VersionTag {
  /** Full, so that it can be compared: `1.27` is 1.27.0. */
  readonly version: string;
  readonly major: number;
  /** Absent where the tag names only the major version. */
  readonly minor?: number;
  readonly patch?: number;
  readonly variant: string;
}

const VERSION =
  /^v?(0|[1-9][0-9]{0,8})(?:\.(0|[1-9][0-9]{0,8}))?(?:\.(0|[1-9][0-9]{0,8}))?(-[A-Za-z0-9._-]+|)$/;

/** Undefined: the tag is no version. */
export function versionOf(tag: string): VersionTag | undefined {
  const [, major, minor, patch, variant = ''] = VERSION.exec(tag) ?? [];
  if (major === undefined) return undefined;
  const version = coerce(`${major}.${minor ?? 0}.${patch ?? 0}`)?.version;
  if (version === undefined) return undefined;
  return {
    version,
    major: Number(major),
    ...(minor !== undefined && { minor: Number(minor) }),
    ...(patch !== undefined && { patch: Number(patch) }),
    variant,
  };
}

/** Is `next` a patch of what `before` is: the same major and minor version and variant, and not an older one? */
export function isPatchOf(next: string, before: string): boolean {
  const [a, b] = [versionOf(next), versionOf(before)];
  if (!a || !b || a.minor === undefined || b.minor === undefined) return false;
  const alike = a.major === b.major && a.minor === b.minor && a.variant === b.variant;
  return alike && compare(a.version, b.version) >= 0;
}

/** The tags that the rule means, newest version first; what has no version comes last, by name. */
export function chooseTags(rule: TagRule, tags: readonly string[]): readonly string[] {
  const pattern = rule.match === undefined ? undefined : new RegExp(`^(?:${rule.match})$`);
  const byVersion = rule.semver !== undefined || rule.newest !== undefined;
  const fits = tags.filter((tag) => {
    if (pattern && !pattern.test(tag)) return false;
    if (!byVersion && rule.variant === undefined) return true;
    const known = versionOf(tag);
    // With an expression of its own `newest` orders what that lets through, versions or not.
    if (!known) return pattern !== undefined && rule.semver === undefined && rule.variant === undefined;
    const anyVariant = pattern !== undefined && rule.variant === undefined;
    if (!anyVariant && known.variant !== (rule.variant ?? '')) return false;
    return rule.semver === undefined || satisfies(known.version, rule.semver);
  });
  const sorted = [...new Set(fits)].sort(newestFirst);
  return rule.newest === undefined ? sorted : sorted.slice(0, rule.newest);
}

/** What is wrong with a rule, or undefined. */
export function tagRuleProblem(rule: TagRule): string | undefined {
  const { match, newest, semver, variant } = rule;
  if ([match, newest, semver, variant].every((each) => each === undefined)) {
    return 'it says nothing of the tags: semver, match, variant or newest is needed';
  }
  if (semver !== undefined && validRange(semver) === null) return `${semver} is no semver range`;
  if (match === undefined) return undefined;
  try {
    new RegExp(`^(?:${match})$`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** `1.27.3` before `1.27` of the same version: it says more. */
function newestFirst(a: string, b: string): number {
  const [left, right] = [versionOf(a), versionOf(b)];
  if (!left || !right) return Number(!left) - Number(!right) || (a < b ? -1 : 1);
  return compare(right.version, left.version) || b.length - a.length || (a < b ? -1 : 1);
}
