import { targetOf, teamOf } from '../../core/config/naming.ts';
import { isSourceAllowed, readingRule, ruleFor } from '../../core/config/rules.ts';
import type { Config, Team } from '../../core/config/schema.ts';
import { formatReference, parseReference } from '../../core/oci/reference.ts';
import { type Failure, failures } from '../../core/request/failure.ts';
import type { Target } from '../../core/request/image.ts';
import type { RecordedRule } from '../../core/request/recorded-rule.ts';
import { WrongUsage } from './complain.ts';
import type { Io } from './io.ts';
import { needConfig, serviceOf } from './service.ts';
import type { ServiceOptions } from './service-line.ts';

export interface ExplainPair {
  readonly source: string;
  readonly target: string | undefined;
  readonly team: string | undefined;
  readonly channel: string | undefined;
  readonly options: ServiceOptions;
}

type Explained = { readonly team: string; readonly source: string } & (
  | { readonly refused: Pick<Failure, 'code' | 'summary' | 'hint' | 'command'> }
  | {
      readonly target: Target;
      readonly rule: RecordedRule;
      readonly expiresAfterHours: number;
      /** Whether the source is read with an account. */
      readonly account: boolean;
    }
);

/** `mirror explain SOURCE TARGET`: what the configuration says of it, without asking anybody. 0 = it may be asked for, 1 = refused. */
export async function explainPair(io: Io, asked: ExplainPair): Promise<number> {
  const { config, hash } = await needConfig(io, serviceOf(io, asked.options).file);
  const explained = explain(config, hash, asked);
  io.out(asked.options.json ? `${JSON.stringify(explained)}\n` : lines(explained));
  return 'refused' in explained ? 1 : 0;
}

function explain(
  config: Config,
  configHash: string,
  { source: text, target, ...asked }: ExplainPair,
): Explained {
  const team = whichTeam(config, asked);
  const parsed = parseReference(text);
  if (!parsed.ok) {
    const { at, message } = parsed.problem;
    return { team: team.id, source: text, refused: failures.badReference({ text, message, at }) };
  }
  const source = parsed.reference;
  const named = { team: team.id, source: formatReference(source) };
  if (!isSourceAllowed(config, source)) {
    return { ...named, refused: failures.hostNotAllowed({ source, allowed: config.sources }) };
  }
  const found = targetOf(config, { team, source, text: target });
  if (!found.ok) return { ...named, refused: found.failure };
  const question = { team, source, target: found.target, configHash };
  const answer = ruleFor(config, question);
  if (answer.kind === 'deny') {
    const { message, name } = answer;
    return { ...named, refused: failures.denyRule({ source, rule: name, ...(message && { message }) }) };
  }
  const { rule, timing } = answer;
  return {
    ...named,
    target: found.target,
    rule,
    expiresAfterHours: timing.expiresAfterMs / 3_600_000,
    account: readingRule(config, question) !== undefined,
  };
}

function whichTeam(config: Config, { channel, team }: Pick<ExplainPair, 'channel' | 'team'>): Team {
  const found =
    team === undefined ? teamOf(config, channel ?? '') : config.teams.find(({ id }) => id === team);
  if (found) return found;
  throw new WrongUsage(
    `there is no team ${team}: the teams are ${config.teams.map(({ id }) => id).join(', ')}`,
  );
}

function lines(explained: Explained): string {
  const { team, source } = explained;
  if ('refused' in explained) {
    const { command, hint, summary } = explained.refused;
    return [
      `refused  ${summary}`,
      `  ${hint}`,
      ...(command ? [`  ${command}`] : []),
      `  team ${team}`,
      '',
    ].join('\n');
  }
  const { account, expiresAfterHours, rule, target } = explained;
  return [
    `${source} -> ${target.repository}:${target.tag}`,
    `  team       ${team}`,
    `  target     ${target.destination} (account ${target.account}, Region ${target.region})`,
    `  source     ${account ? 'is read with an account' : 'is read as nobody'}`,
    `  rule       ${rule.name}: ${rule.decision === 'auto' ? 'copied at once, nobody is asked' : `${rule.approvals} approval${rule.approvals === 1 ? '' : 's'}`}`,
    ...(rule.decision === 'auto' ? [] : approverLines(rule, expiresAfterHours)),
    '',
  ].join('\n');
}

function approverLines({ approvers, selfApproval }: RecordedRule, hours: number): readonly string[] {
  const { userGroups, users } = approvers;
  const who = [
    ...(users.length > 0 ? [`people ${users.join(', ')}`] : []),
    ...(userGroups.length > 0 ? [`user groups ${userGroups.join(', ')}`] : []),
  ].join('; ');
  const self = selfApproval ? 'the requester may be one of them' : 'never the requester';
  return [
    `  approvers  ${who || 'nobody: it can only expire'}; ${self}`,
    `  expires    undecided after ${hours} h`,
  ];
}
