import type { HomeView, KnownBlock } from '@slack/types';
import type { Rule, Team } from '../../core/config/schema.ts';
import { IDS } from '../ids.ts';
import { actions, context, header, plain, section } from '../messages/blocks.ts';
import { channel, code, joined, type Mrkdwn, mrkdwn, time } from '../messages/mrkdwn.ts';
import { requestLines } from '../messages/request-lines.ts';
import type { Links } from '../slack/links.ts';
import type { Home, Shown } from './home.ts';

/** A home view has at most 100 blocks (docs.slack.dev/reference/views/home-tab-views); ours has fewer than 50. */
export function renderHome(home: Home, links: Links): HomeView & { readonly blocks: KnownBlock[] } {
  return {
    type: 'home',
    blocks: [
      ...buttons(),
      ...(home.paused
        ? [
            context([
              mrkdwn`⚠ Mirroring is paused: decisions count, and what is approved is copied when it goes on`,
            ]),
          ]
        : []),
      ...part('Waiting for you', home.waiting, {
        links,
        empty: home.groupsUnknown
          ? 'Slack did not say who is in the groups of approvers. Refresh in a minute.'
          : 'Nothing waits for your decision.',
        all: '/mirror pending',
      }),
      ...part('Your requests', home.open, {
        links,
        empty: 'You have asked for nothing that is still open.',
        all: '/mirror mine',
      }),
      ...part('Recent results', home.results, {
        links,
        empty: 'What you asked for will be listed here when it is in ECR.',
        all: '/mirror mine',
      }),
      ...rules(home.rules),
      ...teams(home.teams),
      context([
        mrkdwn`As of ${time(home.at)} · drawn again when you open it and when something happens to what it shows`,
      ]),
    ],
  };
}

const buttons = (): KnownBlock[] => [
  actions(IDS.homeBlock, [
    {
      action: IDS.openForm,
      text: 'Mirror an image',
      value: 'form',
      style: 'primary',
      label: 'Open the form for an image',
    },
    { action: IDS.homeRefresh, text: 'Refresh', value: 'home', label: 'Draw this page again' },
  ]),
];

interface Part {
  readonly links: Links;
  readonly empty: string;
  /** The command that shows all of it. */
  readonly all: string;
}

function part(title: string, { atLeast, items, more }: Shown, { all, empty, links }: Part): KnownBlock[] {
  if (items.length === 0) return [...titled(title), plain(empty)];
  const rest =
    more > 0 ? [context([mrkdwn`and ${more}${atLeast ? ' or more' : ''} besides: ${code(all)}`])] : [];
  return [...titled(title), ...items.map((item) => section(requestLines(item, links))), ...rest];
}

const titled = (title: string): KnownBlock[] => [{ type: 'divider' }, header(title)];

const LISTED = 8;

/** What a person may decide, and how many it takes. */
function rules(list: readonly Rule[]): KnownBlock[] {
  if (list.length === 0) return [];
  const lines = list.slice(0, LISTED).map(ruleLine);
  const more = list.length - LISTED;
  if (more > 0) lines.push(mrkdwn`and ${more} more`);
  return [...titled('Rules by which you decide'), section(joined(lines, '\n'))];
}

function ruleLine({ approvals, match, name, selfApproval }: Rule): Mrkdwn {
  const what = [
    ...(match.source === undefined ? [] : [mrkdwn`from ${code(match.source)}`]),
    ...(match.target === undefined ? [] : [mrkdwn`to ${code(match.target)}`]),
    ...(match.team === undefined ? [] : [mrkdwn`of team ${match.team}`]),
  ];
  const of = what.length > 0 ? joined(what, ' ') : mrkdwn`every image`;
  const count = approvals === 1 ? 'one approval' : `${approvals} approvals`;
  return mrkdwn`${name}: ${of} · ${count}${selfApproval ? ', your own counts' : ', not for what you asked for yourself'}`;
}

function teams(list: readonly Team[]): KnownBlock[] {
  if (list.length === 0) return [];
  const lines = list.slice(0, LISTED).map(({ channels, id, prefixes }) => {
    const where =
      channels.length > 0
        ? mrkdwn`, asked for in ${joined(channels.slice(0, 3).map(channel), ', ')}`
        : mrkdwn``;
    return mrkdwn`Team ${id}: repositories start with ${joined(prefixes.slice(0, 5).map(code), ', ')}${where}`;
  });
  return [...titled('Where images may go'), section(joined(lines, '\n'))];
}
