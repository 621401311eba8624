import { readSubcommand, type HelpTopic, type Subcommand } from '../../../bot/commands/subcommand.ts';
import { renderHelp, renderWrong } from '../../../bot/messages/help.ts';
import { renderHistory, renderStanding } from '../../../bot/messages/repository.ts';
import { noSuchThing, renderRequestDetails, unknownRequest } from '../../../bot/messages/request-details.ts';
import { renderRequestList } from '../../../bot/messages/request-list.ts';
import { renderSchedules } from '../../../bot/messages/schedules.ts';
import {
  notTrackable,
  nothingTracked,
  renderTracked,
  renderUntracked,
} from '../../../bot/messages/tracked.ts';
import { ADOPTED } from '../../../core/request/changes.ts';
import type { Schedule } from '../../../core/config/schema.ts';
import { failures } from '../../../core/request/failure.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { approvedBy, BOB, CHANNEL, DIGEST, sampleEntry, START, withEvents } from '../sample.ts';
import {
  about,
  approvedEvent,
  CARD,
  DAY_MS,
  done,
  HOUR_MS,
  LINKS,
  OLD_DIGEST,
  offered,
  rule,
  withCard,
} from './given.ts';
import { listOf, working } from './lists.ts';
import { type Picture, type Pictures, privately } from './picture.ts';

const config = sampleConfig({
  schedules: [
    {
      name: 'weekly',
      cron: '0 6 * * 1',
      timeZone: 'Europe/Berlin',
      tracked: 'base-images',
      channel: CHANNEL,
    },
    {
      name: 'patches',
      cron: '0 5 * * *',
      timeZone: 'Europe/Berlin',
      images: ['postgres:16.3 base-images/postgres'],
    },
  ],
});
const [team] = config.teams;
const [weekly, patches] = config.schedules;
if (!team || !weekly || !patches) throw new Error('a bad sample');

const topic = (of: HelpTopic, title: string): Picture =>
  privately(title, `The answer to /mirror help ${of}.`, renderHelp(team, of));

const topics: Readonly<Record<HelpTopic, Picture>> = {
  mirror: topic('mirror', 'Help: asking for an image'),
  list: topic('list', 'Help: lists'),
  approve: topic('approve', 'Help: deciding'),
  status: topic('status', 'Help: how it stands'),
  history: topic('history', 'Help: what came in'),
  cancel: topic('cancel', 'Help: taking back'),
};

const waiting = withCard({ rule }, { reason: 'base image for the shop front end' });
const over = withEvents(
  withCard(done, { state: 'finished', id: 'M-2QX8' }),
  offered,
  approvedEvent(),
  { type: 'copied', images: ['1'], digest: DIGEST, as: 'copied' },
  { type: 'scanned', images: ['1'], as: 'found' },
);
const failed = withCard(
  {
    ...sampleEntry('redis:7.2-alpine', 'base-images/redis'),
    state: 'failed',
    approvals: [approvedBy(BOB)],
    failure: failures.sourceUnreachable({
      source: sampleEntry('redis:7.2-alpine').source,
      detail: 'connection reset',
    }),
  },
  { state: 'finished', id: 'M-9ZK2', entries: { '1': sampleEntry('redis:7.2-alpine', 'base-images/redis') } },
);
const list = listOf(working, { state: 'running', id: 'M-4TBD' });
const where = { name: 'prod', account: '123456789012', region: 'eu-central-1' };
const current = { sourceDigest: DIGEST, targetDigest: DIGEST, request: 'M-2QX8', copiedAt: START };
const name = 'base-images/nginx';

const ofStatus: Pictures = {
  'status-waiting': privately(
    'A request that waits',
    'The answer to /mirror status M-7F3K, for who asked for it.',
    renderRequestDetails(withEvents(waiting, offered), { links: LINKS, mayCancel: true }),
  ),
  'status-done': privately(
    'A request that is done',
    'The same, of one that is over.',
    renderRequestDetails(over, { links: LINKS, mayCancel: false }),
  ),
  'status-failed': privately(
    'A request that failed',
    'The same, with the reason and what to do.',
    renderRequestDetails(failed, { links: LINKS, mayCancel: false }),
  ),
  'status-list': privately(
    'A list',
    'The same, of several images.',
    renderRequestDetails(list, { links: LINKS, mayCancel: true }),
  ),
  'status-repository': privately(
    'What stands in a repository',
    `The answer to /mirror status ${name}.`,
    renderStanding({
      name,
      tags: [
        { version: 1, tag: '1.22-alpine', where, wants: waiting },
        { version: 2, tag: '1.21-alpine', where, current, by: over },
      ],
      total: 14,
      more: false,
      links: LINKS,
    }),
  ),
  'status-unknown': privately(
    'No such request',
    'There is no request of this id here.',
    unknownRequest('M-0000'),
  ),
  'status-nothing': privately(
    'Neither a request nor a repository',
    'What was typed behind status is neither.',
    noSuchThing('nginx alpine'),
  ),
};

const lists: Pictures = {
  pending: privately(
    'What waits',
    'The answer to /mirror pending.',
    renderRequestList({
      head: '2 requests wait for approval, 1 of them for you.',
      items: [waiting, list],
      empty: 'Nothing waits for approval.',
      links: LINKS,
    }),
  ),
  mine: privately(
    'Your requests',
    'The answer to /mirror mine.',
    renderRequestList({
      head: 'Your requests, newest first.',
      items: [waiting, list, failed, over],
      empty: 'You have not asked for an image yet. /mirror alone opens the form.',
      links: LINKS,
      older: 'mine 1/M-7F3K',
    }),
  ),
  'mine-empty': privately(
    'No requests yet',
    'The same, for somebody new.',
    renderRequestList({
      head: '',
      items: [],
      empty: 'You have not asked for an image yet. /mirror alone opens the form.',
      links: LINKS,
    }),
  ),
  history: privately(
    'What came in',
    `The answer to /mirror history ${name}.`,
    renderHistory({
      name,
      rows: [
        { ...current, tag: '1.21-alpine', where, by: over },
        {
          ...current,
          tag: '1.20-alpine',
          copiedAt: START - 200 * DAY_MS,
          targetDigest: OLD_DIGEST,
          where,
          by: withCard({ rule: { ...rule, name: 'patches', decision: 'auto' } }, { id: 'M-1CCC' }),
        },
        { ...current, tag: '1.19', request: ADOPTED, copiedAt: START - 400 * DAY_MS, where },
      ],
      total: 13,
      more: false,
      links: LINKS,
      older: 'history 10 base-images/nginx',
    }),
  ),
  'history-empty': privately(
    'Nothing came in',
    'The same, of a repository that nothing is known of.',
    renderHistory({ name: 'base-images/caddy', rows: [], total: 0, more: false, links: LINKS }),
  ),
};

const looked = { at: START, images: 12, changed: 1, unchanged: 10, waiting: 0, denied: 0, young: 1 } as const;
const schedule = (of: Schedule) => ({
  name: of.name,
  slot: START,
  looked: { ...looked, gone: 0, failed: 0 },
});

const schedules: Pictures = {
  schedules: privately(
    'Schedules',
    'The answer to /mirror schedules.',
    renderSchedules(
      [
        {
          schedule: weekly,
          channel: CHANNEL,
          next: START + 7 * DAY_MS,
          run: withCard({}, { notifier: CARD, schedule: schedule(weekly) }),
        },
        { schedule: patches, channel: CHANNEL, next: START + 20 * HOUR_MS, silentSince: START - 3 * DAY_MS },
      ],
      false,
    ),
  ),
  'schedules-none': privately('No schedules', 'The configuration has none.', renderSchedules([], false)),
  track: privately('Tracked', 'The answer to /mirror track.', renderTracked(about, [weekly])),
  'track-no-schedule': privately(
    'Tracked, and nobody looks',
    'The same, where no schedule looks below that repository.',
    renderTracked(about, []),
  ),
  'track-digest': privately(
    'Nothing to track',
    'A digest never changes.',
    notTrackable({ ...about.source, digest: DIGEST }),
  ),
  untrack: privately(
    'Not tracked any more',
    'The answer to /mirror untrack.',
    renderUntracked(about, [patches]),
  ),
  'untrack-nothing': privately('It was not tracked', 'The same, again.', nothingTracked(about.target)),
};

function wrong(text: string) {
  const read = readSubcommand(text);
  if (read.kind !== 'wrong') throw new Error('a bad sample');
  return renderWrong(read);
}

/** What each thing that can be typed is answered with; the form, lists and images have sections of their own. */
const byCommand: Readonly<Record<Subcommand['kind'], Pictures>> = {
  form: {},
  mirror: {},
  list: {},
  cancel: {},
  help: {
    help: privately('Help', 'The answer to /mirror help.', renderHelp(team)),
    ...Object.fromEntries(Object.entries(topics).map(([of, picture]) => [`help-${of}`, picture])),
  },
  wrong: {
    wrong: privately('A mistyped word', 'The first word is almost one of ours.', wrong('stauts M-7F3K')),
  },
  status: ofStatus,
  pending: pick(lists, 'pending'),
  mine: pick(lists, 'mine', 'mine-empty'),
  history: pick(lists, 'history', 'history-empty'),
  schedules: pick(schedules, 'schedules', 'schedules-none'),
  track: pick(schedules, 'track', 'track-no-schedule', 'track-digest'),
  untrack: pick(schedules, 'untrack', 'untrack-nothing'),
};
function pick(from: Pictures, ...names: readonly string[]): Pictures {
  return Object.fromEntries(Object.entries(from).filter(([each]) => names.includes(each)));
}

export const answers: Pictures = Object.assign({}, ...Object.values(byCommand));
