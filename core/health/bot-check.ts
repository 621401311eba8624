/** What the bot found when it looked at its own standing in Slack; kept where the worker's `mirror doctor` can read it. */
export interface BotCheck {
  /** Epoch ms. */
  readonly at: number;
  /** Slack's team_id: a schedule's requests, which nobody typed, belong to it. */
  readonly workspace?: string;
  /** Why Slack does not let the app in at all; the rest is then empty. */
  readonly lockedOut?: string;
  readonly scopes: { readonly granted: readonly string[]; readonly missing: readonly string[] };
  readonly channels: readonly ChannelCheck[];
  readonly groups: readonly GroupCheck[];
  readonly people: readonly PersonCheck[];
}

export interface ChannelCheck {
  readonly id: string;
  readonly name?: string;
  /** Where the configuration names it: `channels.default`. */
  readonly of: string;
  /** `unknown`: Slack did not say, and `why` is its code. */
  readonly standing: 'member' | 'can join' | 'not a member' | 'archived' | 'not found' | 'unknown';
  readonly why?: string;
}
export interface GroupCheck {
  readonly id: string;
  readonly of: string;
  readonly members?: number;
  readonly why?: string;
}
export interface PersonCheck {
  readonly id: string;
  readonly of: string;
  readonly standing: 'full' | 'not full' | 'unknown';
  readonly why?: string;
}

/** What is wrong, and what to do about it by whom; `stops` = something of the main job does not work until it is mended. */
export interface Finding {
  readonly what: string;
  readonly fix: string;
  readonly stops: boolean;
}

/** Every scope that the app asks for, with what does not work without it (docs.slack.dev/reference/scopes). */
export const SCOPES: Readonly<Record<string, string>> = {
  'app_mentions:read': 'asking by a mention, also in threads',
  commands: 'the command /mirror, and shortcuts',
  'chat:write': 'cards, threads and every other line',
  'channels:join': 'becoming a member of a public channel in which somebody asks',
  'channels:read': 'seeing whether it is a member of a public channel',
  'groups:read': 'seeing whether it is a member of a private channel, and hearing when one gets another id',
  'files:read': 'reading a list that somebody puts as a file into the form of /mirror list',
  'channels:history': 'finding its own line again after a lost answer, in public channels',
  'groups:history': 'the same in private channels',
  'im:history': 'the same in direct messages, and hearing what is written to the app there',
  'im:write': 'direct messages, where a line can be shown nowhere else',
  'usergroups:read': 'asking who is in a group of approvers',
  'users:read': 'asking whether a person is a full member of the workspace',
};

/** What the bot found, as sentences. Pure. */
export function botFindings(check: BotCheck): readonly Finding[] {
  if (check.lockedOut !== undefined) {
    return [
      {
        what: `Slack does not let the app in: ${check.lockedOut}.`,
        fix: 'Check the bot token: reinstall the app to the workspace, and give the bot the new token.',
        stops: true,
      },
    ];
  }
  return [
    ...check.scopes.missing.map(
      (scope): Finding => ({
        what: `The app has no scope ${scope}: ${SCOPES[scope] ?? 'something'} does not work.`,
        fix: `Add ${scope} under "OAuth & Permissions" of the app, and reinstall it to the workspace.`,
        stops: true,
      }),
    ),
    ...check.channels.flatMap(channelFinding),
    ...check.groups.flatMap(groupFinding),
    ...check.people.flatMap(personFinding),
  ];
}

function channelFinding({ id, name, of, standing, why }: ChannelCheck): readonly Finding[] {
  const called = name === undefined ? id : `#${name} (${id})`;
  // A team's channel is where people ask; without it the card goes to the default one.
  const stops = of === 'channels.default';
  switch (standing) {
    case 'member':
    case 'can join':
      return [];
    case 'not a member':
      return [
        {
          what: `The app is not a member of ${called}, which ${of} names.`,
          fix: `Somebody in it types /invite with the app's name there.`,
          stops,
        },
      ];
    case 'archived':
      return [
        {
          what: `${called}, which ${of} names, is archived.`,
          fix: `Unarchive it, or name another channel in mirror.config.json.`,
          stops,
        },
      ];
    case 'not found':
      return [
        {
          what: `Slack shows the app no channel ${id}, which ${of} names.`,
          fix: `Check the id. If the channel is private, somebody in it types /invite with the app's name there.`,
          stops,
        },
      ];
    case 'unknown':
      return [
        { what: `Slack did not say what ${called} is: ${why ?? 'no answer'}.`, fix: LATER, stops: false },
      ];
    default:
      return standing satisfies never;
  }
}

function groupFinding({ id, members, of, why }: GroupCheck): readonly Finding[] {
  if (members === 0) {
    return [
      {
        what: `Nobody is in the user group ${id}, which ${of} names.`,
        fix: 'Add people to it in Slack: until then nobody can approve by it.',
        stops: true,
      },
    ];
  }
  if (members !== undefined) return [];
  if (why === 'no_such_subteam') {
    return [
      {
        what: `There is no user group ${id}, which ${of} names.`,
        fix: 'Check the id in mirror.config.json, or whether the group was disabled: until then nobody can approve by it.',
        stops: true,
      },
    ];
  }
  return [
    {
      what: `Slack did not say who is in the user group ${id}: ${why ?? 'no answer'}.`,
      fix: LATER,
      stops: false,
    },
  ];
}

function personFinding({ id, of, standing, why }: PersonCheck): readonly Finding[] {
  if (standing === 'full') return [];
  if (standing === 'unknown') {
    return [{ what: `Slack did not say who ${id} is: ${why ?? 'no answer'}.`, fix: LATER, stops: false }];
  }
  return [
    {
      what: `${id}, whom ${of} names, is no full member of the workspace, and cannot approve.`,
      fix: 'Name somebody else in mirror.config.json.',
      stops: false,
    },
  ];
}

const LATER = 'The bot looks again within ten minutes.';
