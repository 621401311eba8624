import { formatReference, type Reference } from '../oci/reference.ts';
import type { RecordedRule, Target } from '../request/request.ts';
import type { Config, Rule, Team } from './schema.ts';

export type RuleAnswer =
  | { readonly kind: 'deny'; readonly name: string }
  | { readonly kind: 'applies'; readonly rule: RecordedRule; readonly expiresAfterMs: number };

export interface RuleQuestion {
  readonly team: Team;
  readonly source: Reference;
  readonly target: Target;
  readonly configHash: string;
}

/** The first rule that matches decides. Without one nobody could approve: that is a denial too, named so. */
export function ruleFor(config: Config, question: RuleQuestion): RuleAnswer {
  const { team, source, target } = question;
  const rule = config.rules.find(({ match }) => matches(match, team, source, target));
  if (!rule) return { kind: 'deny', name: 'none matches' };
  if (rule.decision === 'deny') return { kind: 'deny', name: rule.name };
  const recorded: RecordedRule = {
    name: rule.name,
    decision: rule.decision,
    approvals: rule.decision === 'auto' ? 0 : rule.approvals,
    selfApproval: rule.selfApproval,
    approvers: rule.approvers ?? team.approvers,
    configHash: question.configHash,
  };
  return { kind: 'applies', rule: recorded, expiresAfterMs: rule.expiresAfterHours * 3_600_000 };
}

/** May images of this rule be read with the host's credentials? A rule that is gone from the configuration names none. */
export function mayUseCredentials(
  config: Pick<Config, 'rules'>,
  rule: string | undefined,
  host: string,
): boolean {
  return config.rules.find(({ name }) => name === rule)?.credentials.includes(host) ?? false;
}

/** Is this host one that images may come from? `*.pkg.dev` stands for any name below it. */
export function isSourceAllowed(config: Config, source: Reference): boolean {
  return config.sources.some((pattern) => glob(pattern, source.registry));
}

function matches(match: Rule['match'], team: Team, source: Reference, target: Target): boolean {
  const { tag: _, digest: __, ...bare } = source;
  return (
    (match.team === undefined || match.team === team.id) &&
    (match.source === undefined ||
      glob(match.source, formatReference(source)) ||
      glob(match.source, formatReference(bare))) &&
    (match.target === undefined || glob(match.target, target.repository))
  );
}

/** `*` stands for any characters; everything else for itself. */
export function glob(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*');
  return new RegExp(`^${escaped}$`).test(text);
}
