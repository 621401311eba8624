import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { redrawHomes } from '../../../bot/home/redraw.ts';
import { renderHome } from '../../../bot/home/render-home.ts';
import { linksAt } from '../../../bot/slack/links.ts';
import { checkHome } from '../../../local/slack/block-kit/view.ts';
import { localClient } from '../../../local/slack/local-client.ts';
import { homeOf } from '../../integration/person.ts';
import { onBolt } from '../bolt-stage.ts';
import { answer, called } from '../notifier/slack-faults.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { approvedBy, ALICE, BOB, sampleItem, sampleFindings, START, withEvents } from '../sample.ts';

const LINKS = linksAt('https://acme.slack.com/');
const NONE = { items: [], more: 0, atLeast: false };
const { rules, teams } = sampleConfig();
const EMPTY = {
  user: ALICE,
  at: START,
  waiting: NONE,
  groupsUnknown: false,
  open: NONE,
  results: NONE,
  rules: [],
  teams,
  paused: false,
};
const textIn = (home: Parameters<typeof renderHome>[0]) => JSON.stringify(renderHome(home, LINKS).blocks);

describe('the Home tab', () => {
  const card = {
    notifier: { rev: 1, cursor: { event: 1, delivery: 0 }, card: { channel: 'C1', ts: '1.2' } },
  };
  const waiting = withEvents(sampleItem({}, card), { type: 'offered', images: ['1'] });
  const done = sampleItem(
    { state: 'copied', scan: 'found', findings: sampleFindings, approvals: [approvedBy(BOB)] },
    { ...card, state: 'finished' },
  );
  const many = Array.from({ length: 6 }, () => waiting);

  test.each<[string, Parameters<typeof renderHome>[0], RegExp]>([
    [
      'of somebody new says what will be there',
      EMPTY,
      /Nothing waits for your decision.*nothing that is still open/,
    ],
    [
      'of an approver has what waits, with a link to its card, and the rules',
      { ...EMPTY, waiting: { items: [waiting], more: 0, atLeast: false }, rules },
      /● waiting for.*<https:\/\/acme\.slack\.com\/archives\/C1\/p12\|M-7F3K>.*Rules by which you decide.*one approval/,
    ],
    [
      'of a requester has what is open and what became of the rest',
      {
        ...EMPTY,
        open: { items: [waiting], more: 2, atLeast: true },
        results: { items: [done], more: 0, atLeast: false },
      },
      /and 2 or more besides: `\/mirror mine`.*✓ in ECR · 1 critical, 3 high/,
    ],
    ['says that groups are not known', { ...EMPTY, groupsUnknown: true }, /did not say who is in the groups/],
    ['says that mirroring is paused', { ...EMPTY, paused: true }, /Mirroring is paused/],
    [
      'with all there can be is within Slack’s limits',
      {
        ...EMPTY,
        waiting: { items: many, more: 90, atLeast: true },
        open: { items: many, more: 24, atLeast: true },
        results: { items: many, more: 24, atLeast: true },
        rules: Array.from({ length: 40 }, () => rules[0]).flatMap((rule) => rule ?? []),
        teams: Array.from({ length: 40 }, () => teams[0]).flatMap((team) => team ?? []),
      },
      /and 90 or more besides: `\/mirror pending`.*and 32 more/,
    ],
  ])('%s', (_, home, says) => {
    expect(checkHome(renderHome(home, LINKS))).toMatchObject({ kind: 'valid' });
    expect(textIn(home)).toMatch(says);
    expect(textIn(home)).not.toMatch(/undefined|NaN/);
  });

  test('is drawn when it is opened, and again for those it concerns when something was told', () =>
    onBolt({}, async (stage) => {
      const { alice, bob, bot, dave, deps, slack } = stage;
      expect((await alice.home()).text).toMatch(/You have asked for nothing that is still open/);
      const bobs = (await bob.home()).text;
      expect(bobs).toMatch(/Nothing waits for your decision/);
      expect(bobs).toMatch(/Rules by which you decide/);
      expect((await dave.home()).text).not.toMatch(/Rules by which you decide/);
      const before = called(stage, 'views.publish');
      expect(before).toBe(3);
      const told = (item: Parameters<typeof redrawHomes>[2]) => redrawHomes(bot, stage.web, item);
      await stage.offer();
      await stage.notify({ told });
      expect(await homeOf(slack, slack.people.approver, 'waiting for')).toBeDefined();
      expect((await homeOf(slack, slack.people.requester, '● waiting')).text).toMatch(/Your requests/);
      // Dave is neither requester nor approver.
      expect(called(stage, 'views.publish')).toBe(before + 2);
      await stage.notify({ ...deps, told });
      expect(called(stage, 'views.publish')).toBe(before + 2);
      stage.pass(60 * 60_000);
      await stage.finish();
      await stage.notify({ told });
      expect(called(stage, 'views.publish')).toBe(before + 2);
      expect((await alice.home('✓ in ECR')).text).toMatch(/Recent results[\s\S]*✓ in ECR/);
    }));

  test('opens the form, and is drawn again by its button', () =>
    onBolt({}, async (stage) => {
      const { alice } = stage;
      const { id } = await alice.home();
      await alice.click({ ts: id }, 'open_form');
      const form = (await alice.views()).at(-1);
      expect(form?.title).toBe('Mirror an image');
      expect(await alice.submit(form?.id ?? '', { source: 'nginx:1' })).toMatchObject({
        response_action: 'update',
      });
      await alice.click({ ts: id }, 'home_refresh');
      expect((await homeOf(stage.slack, stage.slack.people.requester, 'being looked up')).id).toBe(id);
    }));

  test('that Slack or the database does not take is left for the next time', () =>
    onBolt({}, async (stage) => {
      const { alice, slack } = stage;
      slack.faults.add(answer('views.publish', 'fatal_error'));
      await localClient(slack.url).openHome({ user: slack.people.requester });
      while (slack.faults.hits === 0) await setImmediate();
      expect((await alice.home()).text).toMatch(/Waiting for you/);
    }));
});
