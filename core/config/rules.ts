import { formatReference, type Reference } from '../oci/reference.ts';
import type { Target } from '../request/image.ts';
import type { RecordedRule } from '../request/recorded-rule.ts';
import { gateOf, recordedGate } from './gate.ts';
import { glob } from './glob.ts';
import { type FoundFacts, factsMatch, matchedWords, namesFacts } from './rule-facts.ts';
import type { Config, Rule, Team } from './schema.ts';

export type RuleAnswer =
  | {
      readonly kind: 'deny';
      readonly name: string;
      /** What the rule says to do instead. */
      readonly message?: string;
    }
  | { readonly kind: 'applies'; readonly rule: RecordedRule; readonly timing: RuleTiming };

/** When an image of the rule ends, and when people are reminded of it before. */
export interface RuleTiming {
  readonly expiresAfterMs: number;
  /** Of working time; absent = nobody is reminded. */
  readonly remindAfterMs?: number;
  readonly escalateAfterMs?: number;
}

export interface RuleQuestion {
  readonly team: Team;
  readonly source: Reference;
  readonly target: Target;
  readonly configHash: string;
  /** What the look-up found. Without it a rule that asks for facts counts as one that matches. */
  readonly facts?: FoundFacts;
}

/** The first rule that matches decides. Without one nobody could approve: that is a denial too, named so. */
export function ruleFor(config: Config, question: RuleQuestion): RuleAnswer {
  const rule = config.rules.find((each) => matches(each, question));
  if (!rule) return { kind: 'deny', name: 'none matches' };
  if (rule.decision === 'deny') {
    return { kind: 'deny', name: rule.name, ...(rule.message !== undefined && { message: rule.message }) };
  }
  return { kind: 'applies', rule: record(config, rule, question), timing: timingOf(rule) };
}

/**
 * The rule whose credentials read the source: the first that names its host. What comes behind a rule that needs no facts
 * never applies to the image, so its credentials never serve it either.
 */
export function readingRule(config: Config, question: RuleQuestion): string | undefined {
  const { facts: _, ...text } = question;
  for (const rule of config.rules) {
    if (!matches(rule, text)) continue;
    if (rule.credentials.includes(question.source.registry)) return rule.name;
    if (!namesFacts(rule.match)) return undefined;
  }
  return undefined;
}

/** The denial that stands whatever the look-up finds: nothing has to be read for it. */
export function deniedAnyhow(
  config: Config,
  { facts: _, ...question }: RuleQuestion,
): Extract<RuleAnswer, { kind: 'deny' }> | undefined {
  const rule = config.rules.find((each) => matches(each, question));
  const answer = ruleFor(config, question);
  return answer.kind === 'deny' && !(rule && namesFacts(rule.match)) ? answer : undefined;
}

function record(config: Config, rule: Rule, question: RuleQuestion): RecordedRule {
  const { team, configHash } = question;
  const readAs = readingRule(config, question);
  const byCommand = Object.entries(config.commandApprovers).map(([arn, user]) => ({ arn, user }));
  const matched = matchedWords(rule.match);
  const gate = gateOf(config, rule);
  return {
    name: rule.name,
    ...(matched && { matched }),
    decision: rule.decision === 'auto' ? 'auto' : 'approve',
    approvals: rule.decision === 'auto' ? 0 : rule.approvals,
    selfApproval: rule.selfApproval,
    approvers: rule.approvers ?? team.approvers,
    ...(rule.escalation && { escalateTo: rule.escalation.to }),
    ...(rule.breakGlass && { breakGlass: rule.breakGlass }),
    ...(byCommand.length > 0 && { byCommand }),
    ...(readAs !== undefined && readAs !== rule.name && { readAs }),
    ...(gate && { gate: recordedGate(gate) }),
    configHash,
  };
}

const HOUR_MS = 3_600_000;

function timingOf({ escalation, expiresAfterHours, remindAfterHours }: Rule): RuleTiming {
  return {
    expiresAfterMs: expiresAfterHours * HOUR_MS,
    ...(remindAfterHours > 0 && { remindAfterMs: remindAfterHours * HOUR_MS }),
    ...(escalation && { escalateAfterMs: escalation.afterHours * HOUR_MS }),
  };
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

function matches({ decision, match }: Rule, { facts, source, target, team }: RuleQuestion): boolean {
  const { tag: _, digest: __, ...bare } = source;
  return (
    (match.team === undefined || match.team === team.id) &&
    (match.source === undefined ||
      glob(match.source, formatReference(source)) ||
      glob(match.source, formatReference(bare))) &&
    (match.target === undefined || glob(match.target, target.repository)) &&
    (facts === undefined || factsMatch(match, { decision, facts }))
  );
}
