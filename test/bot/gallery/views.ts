import { renderChoice as renderMessageChoice } from '../../../bot/form/render-choice.ts';
import { renderForm } from '../../../bot/form/render-form.ts';
import { resultView } from '../../../bot/form/result-view.ts';
import { renderHome } from '../../../bot/home/render-home.ts';
import { IDS } from '../../../bot/ids.ts';
import { badLinesText } from '../../../bot/messages/list-asked.ts';
import { renderClickRefusal } from '../../../bot/messages/clicks.ts';
import { renderList } from '../../../bot/list/render-list.ts';
import { readList } from '../../../bot/list/read-list.ts';
import { renderChoice } from '../../../bot/views/choice.ts';
import { renderDenyReason } from '../../../bot/views/deny-reason.ts';
import { renderGateDecision } from '../../../bot/views/gate-decision.ts';
import { renderGlassForm } from '../../../bot/views/glass-form.ts';
import { renderQuestionForm } from '../../../bot/views/question-form.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { ALICE, BOB, CHANNEL, sampleEntry, sampleImage, START, withEvents } from '../sample.ts';
import { approvedEvent, done, held, LINKS, offered, rule, withCard } from './given.ts';
import { listOf, working } from './lists.ts';
import { modal, type Picture, type Pictures } from './picture.ts';

type ViewKey = Extract<keyof typeof IDS, `${string}View`>;

const config = sampleConfig({
  destinations: [
    { name: 'prod', account: '123456789012', region: 'eu-central-1' },
    { name: 'dr', account: '123456789012', region: 'eu-west-1' },
  ],
  rules: [{ name: 'base-images', match: { target: 'base-images/*' } }],
});
const [team] = config.teams;
if (!team) throw new Error('no team');
const place = { channel: CHANNEL };
const what = 'nginx:1.21-alpine';
const text = 'nginx:1.27-alpine\nredis:7.2-alpine base-images/redis\nPostgres:16';
const { bad } = readList({ config, configHash: 'c0ffee123456', team }, text);

/** By the id that each dialog is sent under. */
const byView: Readonly<Record<ViewKey, Pictures>> = {
  formView: {
    form: modal(
      'The form',
      '/mirror alone opens it, and so do the shortcut and the buttons.',
      renderForm(config, { place }),
    ),
    'form-errors': modal(
      'The form, with mistakes',
      'What is wrong stands under its field, with what was probably meant.',
      renderForm(config, {
        place,
        filled: { source: 'nginx:1.21-alpine', target: 'Base_Images/nginx', reason: 'the new shop' },
      }),
      {
        [IDS.formTarget]:
          'Base_Images/nginx is not a name that ECR takes: repository names are lower case. Probably meant: base-images/nginx',
      },
    ),
  },
  choiceView: {
    'images-in-message': modal(
      'The images of a message',
      'The shortcut on a message offers what the message names.',
      renderMessageChoice({
        place,
        entries: [sampleEntry('nginx:1.27-alpine'), sampleEntry('redis:7.2-alpine', 'base-images/redis')],
        left: ['registry.example/tool:1 comes from registry.example, which is not a source here.'],
      }),
    ),
  },
  listView: {
    list: modal('A list', '/mirror list opens it.', renderList({ place })),
    'list-errors': modal(
      'A list, with mistakes',
      'Lines that cannot be used are told by number, and the text stays.',
      renderList({ place, text, note: badLinesText(bad) }),
    ),
  },
  denyView: {
    deny: modal('Why not', 'Deny on a card asks for a reason.', renderDenyReason('M-7F3K', what)),
    'deny-without-reason': modal(
      'Why not, without a reason',
      'Nothing but spaces was sent.',
      renderDenyReason('M-7F3K', what),
      { [IDS.denyReasonBlock]: 'A reason is needed.' },
    ),
    'deny-too-late': modal(
      'Too late',
      'Somebody else has decided while the reason was written.',
      resultView(
        'Nothing was changed',
        renderClickRefusal({
          kind: 'decided',
          item: withEvents(withCard({ rule, state: 'copying' }), offered, approvedEvent()),
        }),
      ),
    ),
  },
  askView: {
    ask: modal('A question', 'Ask on a card.', renderQuestionForm('M-7F3K', what)),
  },
  glassView: {
    'break-glass': modal(
      'Break the glass',
      'The menu of a card, for those whom its rule names.',
      renderGlassForm('M-7F3K', what),
    ),
  },
  releaseView: {
    release: modal(
      'Release',
      'Release on an image that its scan holds.',
      renderGateDecision({ choice: 'release', image: sampleImage(held), carries: 'M-7F3K 1' }),
    ),
  },
  leaveView: {
    leave: modal(
      'Leave untagged',
      'Leave untagged on an image that its scan holds.',
      renderGateDecision({ choice: 'leave', image: sampleImage(held), carries: 'M-7F3K 1' }),
    ),
  },
  chooseView: {
    'choose-images': modal(
      'Some of a list',
      'Choose on the card of a list: which ones to approve or deny.',
      renderChoice(
        listOf((n) => (n === 4 ? { flags: ['new source', 'very large'] } : {})),
        ['1', '2', '3', '4'],
      ),
    ),
  },
};

export const modals: Pictures = Object.assign({}, ...Object.values(byView));

const NONE = { items: [], more: 0, atLeast: false };
const some = (...items: readonly ReturnType<typeof withCard>[]) => ({ items, more: 0, atLeast: false });
const empty = {
  at: START,
  waiting: NONE,
  groupsUnknown: false,
  open: NONE,
  results: NONE,
  rules: [],
  teams: config.teams,
  paused: false,
};
const waiting = withCard({ rule });
const over = withCard(done, { state: 'finished', id: 'M-2QX8' });

const home = (title: string, when: string, of: Parameters<typeof renderHome>[0]): Picture => ({
  title,
  when,
  shown: { in: 'home', view: renderHome(of, LINKS) },
});

export const homes: Pictures = {
  approver: home('The Home tab of an approver', 'What waits for them comes first.', {
    ...empty,
    user: BOB,
    waiting: { ...some(waiting, listOf(working, { state: 'running', id: 'M-4TBD' })), more: 3 },
    open: NONE,
    results: some(over),
    rules: config.rules,
  }),
  requester: home('The Home tab of a requester', 'What they asked for, and what became of it.', {
    ...empty,
    user: ALICE,
    open: some(waiting),
    results: some(over),
  }),
  new: home('The Home tab of somebody new', 'It says what will be there.', { ...empty, user: ALICE }),
  paused: home('The Home tab while mirroring is paused', 'Slack did not say who is in the groups, either.', {
    ...empty,
    user: BOB,
    paused: true,
    groupsUnknown: true,
  }),
};
