import type { Config, Rule } from '../../core/config/schema.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { ViewDeps } from '../deps.ts';
import { membership } from '../membership.ts';
import { readPending } from '../requests/read-pending.ts';
import type { Home, Shown } from './home.ts';

/** Of each kind; the rest is counted. */
const SHOWN = 6;
/** Of a person's own requests, newest first. */
const OWN_READ = 30;

/** What a Home tab is made with. */
export type HomeDeps = Pick<ViewDeps, 'config' | 'finder' | 'directory' | 'links' | 'now' | 'log'>;

export interface HomeReader {
  readonly workspace: string;
  readonly user: string;
}

/** Two looks at indexes and at most OPEN_MAX + OWN_READ items, whatever the table holds. Throws StoreError. */
export async function readHome(deps: HomeDeps, reader: HomeReader): Promise<Home> {
  const { config } = deps;
  const [member, own, rules] = await Promise.all([
    membership(deps, reader),
    deps.finder.ofRequester({ ...reader, limit: OWN_READ }),
    rulesOf(deps, reader.user),
  ]);
  // Guests see only what is theirs; so does everybody while Slack does not say who they are.
  const pending = member === 'full' ? await readPending(deps, reader) : NOTHING;
  const isOver = ({ state }: RequestItem): boolean => state === 'finished' || state === 'refused';
  const atLeast = own.next !== undefined;
  return {
    user: reader.user,
    at: deps.now(),
    waiting: shown(pending.forMe, pending.more),
    groupsUnknown: pending.groupsUnknown || rules === undefined,
    open: shown(
      own.items.filter((item) => !isOver(item)),
      atLeast,
    ),
    results: shown(own.items.filter(isOver), atLeast),
    rules: rules ?? [],
    teams: config.teams,
    paused: config.paused,
  };
}

const NOTHING = { forMe: [], forOthers: [], groupsUnknown: false, more: false } as const;

const shown = (items: readonly RequestItem[], atLeast: boolean): Shown => ({
  items: items.slice(0, SHOWN),
  more: Math.max(0, items.length - SHOWN),
  atLeast,
});

/** The rules by which this person may decide; undefined where Slack does not say who is in their groups. */
async function rulesOf(
  { config, directory, log }: HomeDeps,
  user: string,
): Promise<readonly Rule[] | undefined> {
  const asking = config.rules.filter(({ decision }) => decision === 'approve');
  const groups = [...new Set(asking.flatMap((rule) => approversOf(config, rule).userGroups))];
  try {
    const mine = await directory.groupsOf(user, groups);
    return asking.filter((rule) => {
      const { userGroups, users } = approversOf(config, rule);
      return users.includes(user) || userGroups.some((group) => mine.includes(group));
    });
  } catch (error) {
    log('warn', "a user group's members are not known", { error });
    return undefined;
  }
}

/** Its own, else those of its team, else those of every team. */
function approversOf(
  { teams }: Config,
  rule: Rule,
): { users: readonly string[]; userGroups: readonly string[] } {
  if (rule.approvers) return rule.approvers;
  const of = teams.filter(({ id }) => rule.match.team === undefined || rule.match.team === id);
  return {
    users: of.flatMap(({ approvers }) => approvers.users),
    userGroups: of.flatMap(({ approvers }) => approvers.userGroups),
  };
}
