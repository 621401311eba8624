import type { ConfigProblem } from './parse.ts';
import type { Config, Rule } from './schema.ts';

/** What is valid and still hardly meant. Pure. */
export function configAdvice(config: Config): readonly ConfigProblem[] {
  return [
    ...withoutApprovers(config),
    ...tooFewApprovers(config),
    ...neverReached(config),
    ...gatesThatNothingOpens(config),
    ...unlistedRegistries(config),
  ];
}

const isEmpty = ({ users, userGroups }: Config['teams'][number]['approvers']): boolean =>
  users.length === 0 && userGroups.length === 0;

function withoutApprovers({ rules, teams }: Config): readonly ConfigProblem[] {
  const asks = (rule: Rule, team: string): boolean =>
    rule.decision === 'approve' &&
    rule.approvers === undefined &&
    (rule.match.team === undefined || rule.match.team === team);
  return [
    ...teams.flatMap(({ approvers, id }, at) =>
      isEmpty(approvers) && rules.some((rule) => asks(rule, id))
        ? [{ path: `teams[${at}].approvers`, message: `nobody can approve what team ${id} asks for` }]
        : [],
    ),
    ...rules.flatMap(({ approvers, decision, name }, at) =>
      decision === 'approve' && approvers && isEmpty(approvers)
        ? [{ path: `rules[${at}].approvers`, message: `nobody can approve by rule ${name}` }]
        : [],
    ),
  ];
}

/** Groups may hold anybody; of named people it can be counted that they are not enough. */
function tooFewApprovers({ rules, teams }: Config): readonly ConfigProblem[] {
  return rules.flatMap((rule, at) => {
    const { approvals, decision, match, name } = rule;
    if (decision !== 'approve' || approvals < 2) return [];
    const asked = rule.approvers
      ? [rule.approvers]
      : teams.filter(({ id }) => match.team === undefined || match.team === id).map((team) => team.approvers);
    const few = asked.some(
      (each) => !isEmpty(each) && each.userGroups.length === 0 && each.users.length < approvals,
    );
    if (!few) return [];
    const message = `rule ${name} asks for ${approvals} approvals, and fewer people are named`;
    return [{ path: `rules[${at}].approvals`, message }];
  });
}

/** The first rule that matches decides, so one that matches everything hides those below it. */
function neverReached({ rules }: Config): readonly ConfigProblem[] {
  const all = rules.findIndex(({ match }) =>
    Object.values(match).every((each) => each === undefined || each === '*'),
  );
  if (all < 0) return [];
  return rules.slice(all + 1).map(({ name }, n) => ({
    path: `rules[${all + 1 + n}]`,
    message: `rule ${name} is never reached: rule ${rules[all]?.name} above it matches everything`,
  }));
}

function unlistedRegistries({ registries, rules }: Config): readonly ConfigProblem[] {
  return rules.flatMap(({ credentials }, at) =>
    credentials
      .filter((host) => registries[host]?.credentials === undefined)
      .map((host) => ({
        path: `rules[${at}].credentials`,
        message: `no secret is named for ${host}: without a docker login on the worker it does not start`,
      })),
  );
}

/** A gate that nobody or nothing can open holds every image until it expires. */
function gatesThatNothingOpens({ gate, repositories, rules }: Config): readonly ConfigProblem[] {
  const gates = [
    { path: 'gate', gate },
    ...rules.map((rule, at) => ({
      path: `rules[${at}].gate`,
      gate: rule.gate === 'off' ? undefined : rule.gate,
    })),
  ];
  return gates.flatMap(({ gate: each, path }) => [
    ...(each?.unavailable === 'hold' && !repositories.scanOnPush
      ? [
          {
            path,
            message:
              'repositories are created without scan on push: unless the registry scans by a rule of its own, everything is held',
          },
        ]
      : []),
    ...(each?.releasers && isEmpty(each.releasers)
      ? [{ path: `${path}.releasers`, message: 'nobody can release what is held' }]
      : []),
  ]);
}
