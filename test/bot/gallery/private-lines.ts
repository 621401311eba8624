import { renderAsked, renderUnsure } from '../../../bot/messages/asked.ts';
import { formNotOpened, formOffered, listOffered } from '../../../bot/messages/form-hint.ts';
import { renderBadList, renderListAsked } from '../../../bot/messages/list-asked.ts';
import { renderRest } from '../../../bot/messages/list-rest.ts';
import { renderMistake, renderTypedRefusal } from '../../../bot/messages/mistake.ts';
import { mrkdwn } from '../../../bot/messages/mrkdwn.ts';
import { refusal, renderPrivate } from '../../../bot/messages/private.ts';
import { stranger } from '../../../bot/messages/stranger.ts';
import { parseCommandText } from '../../../bot/commands/command-text.ts';
import { readList } from '../../../bot/list/read-list.ts';
import { splitList } from '../../../bot/list/split-list.ts';
import type { Message } from '../../../bot/messages/blocks.ts';
import type { EventBody } from '../../../core/request/event.ts';
import { failures } from '../../../core/request/failure.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { ALICE, REPOSITORY_URI, sampleEntry, START } from '../sample.ts';
import { about, HOUR_MS, last, rule, withCard } from './given.ts';
import { listOf } from './lists.ts';
import { type Pictures, privately } from './picture.ts';

const images = ['1'];
const here = mrkdwn`here`;
const config = sampleConfig();
const [team] = config.teams;
if (!team) throw new Error('no team');
const reading = readList(
  { config, configHash: 'c0ffee123456', team },
  'nginx:1.27-alpine\nredis:7.2-alpine base-images/redis\nnginx:1.27-alpine\nPostgres:16\nquay.io/prometheus/node-exporter:v1.8.1 shop/exporter',
);
const looked = splitList(
  'list',
  reading.lines.map(({ entry }) => entry),
).map((part) => ({
  ...part,
  item: withCard({}, { id: 'M-7F3K' }),
}));

/** What is answered at once to whoever asked. */
const first: Pictures = {
  'looking-up': privately(
    'Looking up',
    'The first answer to /mirror with an image.',
    renderAsked(withCard(), { paused: false, where: here }),
  ),
  'looking-up-elsewhere': privately(
    'Looking up, and the card comes elsewhere',
    'The app is not in the channel where it was asked.',
    renderAsked(withCard(), { paused: false, where: mrkdwn`in <#C01IMAGEREQ>` }),
  ),
  'looking-up-list': privately(
    'Looking up a list',
    'The first answer to a list: what is a double, and what was left out.',
    renderListAsked({ parts: looked, reading, paused: false, where: here }),
  ),
  'dry-run-begun': privately(
    'A dry run begins',
    'The first answer with --dry-run.',
    renderAsked(withCard({}, { dryRun: true }), { paused: false, where: here }),
  ),
  paused: privately(
    'Kept while mirroring is paused',
    'Whoever runs the mirror has set “paused”.',
    renderAsked(withCard(), { paused: true, where: here }),
  ),
  unsure: privately(
    'Not sure whether it was asked for',
    'The database did not answer in time.',
    renderUnsure([about]),
  ),
  'bad-list': privately(
    'A list that cannot be used',
    'A list came as a mention or a message, where no form can show its mistakes.',
    renderBadList(reading),
  ),
  mistake: privately(
    'A command that cannot be read',
    'Something is wrong in it: a caret stands below the place.',
    mistake('nginx:1.21-alpine base-images/nginx --platfrom linux/amd64'),
  ),
  'typed-refusal': privately(
    'A name that ECR does not take',
    'What was typed breaks a rule that is known without looking anything up.',
    renderTypedRefusal(
      failures.outsidePrefix({
        repository: 'nginx',
        team: 'shop',
        prefixes: ['shop'],
        command: '/mirror nginx:1.21-alpine shop/nginx',
      }),
      { text: 'nginx:1.21-alpine nginx', at: 18 },
    ),
  ),
  stranger: privately(
    'Somebody of another company',
    'The command was typed in a channel that is shared with another workspace.',
    stranger(),
  ),
  'form-not-opened': privately(
    'The form did not open',
    'Slack takes no form three seconds after the command.',
    formNotOpened(),
  ),
  'form-offered': privately('A mention without an image', 'Only a click can open the form.', formOffered()),
  'list-offered': privately(
    'A list in a mention',
    'A list is written into a form, which only a command opens.',
    listOffered(),
  ),
};

function mistake(text: string): Message {
  const read = parseCommandText(text);
  if (read.kind !== 'mistake') throw new Error('a bad sample');
  return renderMistake(text, read.mistake);
}

function told(item: RequestItem, body: EventBody): Message {
  const { event, item: after } = last(item, body);
  return renderPrivate(event, after);
}

const refused = (failure: Parameters<typeof refusal>[0][number]): Message =>
  told(withCard({ state: 'refused', failure }), { type: 'refused', images });

/** What became of it before anybody else was asked. */
const outcome: Pictures = {
  'there-already': privately(
    'In ECR already',
    'The tag holds that digest already.',
    told(
      withCard({
        state: 'unchanged',
        repositoryUri: REPOSITORY_URI,
        record: { request: 'M-2QX8', copiedAt: START - 200 * 24 * HOUR_MS },
      }),
      { type: 'unchanged', images },
    ),
  ),
  'there-without-approval': privately(
    'In ECR already, by somebody else',
    'The same, and nobody has asked for it here.',
    told(withCard({ state: 'unchanged', repositoryUri: REPOSITORY_URI }), { type: 'unchanged', images }),
  ),
  'dry-run': privately(
    'What would happen',
    'The answer to a dry run.',
    told(withCard({ state: 'refused', rule }, { dryRun: true }), { type: 'planned', images }),
  ),
  'dry-run-list': privately(
    'What would happen to a list',
    'The answer to a dry run of several images.',
    told(
      listOf(
        (n) =>
          n === 4
            ? {
                state: 'refused',
                failure: failures.sourcePrivate({
                  source: sampleEntry('ghcr.io/acme/deploy-tools:4.2.0').source,
                }),
              }
            : n === 5
              ? { state: 'unchanged' }
              : { state: 'refused', rule },
        { dryRun: true },
      ),
      { type: 'planned', images: ['1', '2', '3', '4', '5'] },
    ),
  ),
  'look-up-waits': privately(
    'The look-up waits',
    'The source’s registry does not answer; told once for each cause.',
    told(withCard(), {
      type: 'delayed',
      images,
      code: 'sourceUnreachable',
      summary: failures.sourceUnreachable({ ...about, detail: 'connection reset' }).summary,
      until: START + 5 * 60_000,
    }),
  ),
  cancelled: privately(
    'Cancelled in time',
    'A request was taken back before it was offered.',
    told(withCard(), { type: 'cancelled', by: ALICE, images, offered: false }),
  ),
  'not-found': privately(
    'No such tag',
    'The source has no such tag; the closest ones are named.',
    refused(
      failures.tagNotFound({
        source: { ...about.source, tag: '1.12-alpin' },
        closest: ['1.21-alpine', '1.22-alpine'],
        command: '/mirror nginx:1.21-alpine base-images/nginx',
      }),
    ),
  ),
  joined: privately(
    'Joined',
    'Somebody else has asked for the same, and it is still open.',
    refused(failures.joined({ ...about, request: 'M-2QX8' })),
  ),
  rest: privately(
    'What is not yours to approve',
    'An approver has clicked “Approve all” on a list of which a part is for others.',
    renderRest(
      listOf((n) =>
        n > 3
          ? { rule: { ...rule, name: 'critical', approvers: { users: ['U01CAROL001'], userGroups: [] } } }
          : { rule },
      ),
      ['1', '2', '3'],
    ) ?? refusal([]),
  ),
};

export const privateLines: Pictures = { ...first, ...outcome };
