import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RequestItem } from '../../core/request/request.ts';
import { type Person, person, repliesOf, seen, textOf, theWhisper } from './person.ts';
import {
  approve,
  ask,
  type Card,
  cardOf,
  dialog,
  itemOf,
  settled,
  type Stage,
  startStage,
  threadOf,
} from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

/** A request of Alice's that waits, each for a repository of its own. */
async function waiting(repository: string): Promise<{ readonly id: string; readonly card: Card }> {
  const id = await ask(stage, `/mirror redis:6.2 base-images/${repository}`);
  return { id, card: await cardOf(stage, id, 'waiting for') };
}
/** The click's answer to that person alone; nothing of the request is changed by it. */
async function refused(id: string, who: Person, click: () => Promise<unknown>): Promise<string> {
  const before = await itemOf(stage, id);
  const heard = (await who.whispers()).length;
  await click();
  const line = await seen(stage.slack, async () => (await who.whispers())[heard]);
  expect(factsOf(await itemOf(stage, id))).toEqual(factsOf(before));
  return line;
}
const factsOf = ({ version, events, state }: RequestItem) => ({ version, state, events: events.length });
const modalOf = (who: Person) => seen(stage.slack, async () => (await who.views()).at(-1));
const reasonOf = (view: { readonly blocks: readonly Record<string, unknown>[] }, text: string) => {
  const element = view.blocks.map((block) => block['element']).find((each) => each !== undefined);
  return { [String(Reflect.get(Object(element), 'action_id'))]: text };
};
const said = (item: RequestItem, type: string) => item.events.filter((event) => event.type === type);

describe('who may not decide is told why, and nothing changes', () => {
  test('an outsider reads who can', async () => {
    const { id, card } = await waiting('outsider');
    const line = await refused(id, stage.dave, () => stage.dave.click(card, 'approve'));
    expect(line).toContain('Only <!subteam^S01PLATFORM> can decide this (rule base-images).');
    expect(await refused(id, stage.dave, () => stage.dave.click(card, 'deny'))).toBe(line);
    expect(await stage.dave.views()).toEqual([]);
  });

  test('the requester reads why a second person is needed, even when she is an approver', async () => {
    const { slack } = stage;
    const { approver, requester } = slack.people;
    const { platformApprovers: group } = slack.userGroups;
    const { id, card } = await waiting('requester');
    expect(await refused(id, stage.alice, () => stage.alice.click(card, 'approve'))).toMatch(
      /^Only <!subteam/,
    );
    const own = await startStage();
    try {
      own.slack.change({ kind: 'group_changed', group, users: [approver, requester] });
      const mine = await ask(own, '/mirror redis:6.2 base-images/own');
      const card = await cardOf(own, mine, 'waiting for');
      const before = await itemOf(own, mine);
      await own.alice.click(card, 'approve');
      const line = await theWhisper(own.slack, own.alice, 'second person');
      expect(line).toContain('You asked for it, so a second person has to look: <!subteam^S01PLATFORM>.');
      expect(line).toContain('the selfApproval setting of rule base-images');
      expect(factsOf(await itemOf(own, mine))).toEqual(factsOf(before));
    } finally {
      await own.close();
    }
  });

  test('a guest and a deactivated approver are no full members', async () => {
    const { slack } = stage;
    const { id, card } = await waiting('guest');
    const erin = person(slack, slack.people.guest);
    expect(await refused(id, erin, () => erin.click(card, 'approve'))).toBe(
      'Only full members of this workspace can decide. Nothing was changed.',
    );
    const frank = person(slack, slack.people.deactivated);
    await frank.click(card, 'approve');
    expect((await itemOf(stage, id)).images['1']?.state).toBe('ready');
  });

  test('a forged value leads nowhere: another request, an id that is none', async () => {
    const one = await waiting('forged-one');
    const other = await waiting('forged-other');
    const line = 'This request is not known here. Ask for the image again with /mirror.';
    for (const value of [other.id, 'M-ZZZZ', 'garbage', '', '{"id":1}']) {
      expect(await refused(other.id, stage.bob, () => stage.bob.forge(one.card, 'approve', value))).toBe(
        line,
      );
    }
    expect((await itemOf(stage, one.id)).images['1']?.state).toBe('ready');
    expect(await refused(other.id, stage.bob, () => stage.bob.forge(one.card, 'deny', other.id))).toBe(line);
  });

  test('where Slack does not say who is in the group, the answer is no', async () => {
    const closed = await startStage();
    try {
      const { slack, bob } = closed;
      const id = await ask(closed, '/mirror redis:6.2 base-images/closed');
      const card = await cardOf(closed, id, 'waiting for');
      const down = { kind: 'status', status: 503, times: 50 } as const;
      slack.faults.add({ ...down, match: ({ url }) => url?.includes('usergroups.users.list') ?? false });
      await bob.click(card, 'approve');
      expect(await theWhisper(slack, bob, 'did not say')).toBe(
        "Slack did not say whether you may decide this, so nothing was changed. Click again in a minute; if it stays so, whoever runs the mirror looks into the bot's log.",
      );
      expect((await itemOf(closed, id)).images['1']).toMatchObject({ state: 'ready', approvals: [] });
      slack.faults.clear();
      await approve(closed, id);
      await threadOf(closed, id, 'Scan of');
    } finally {
      await closed.close();
    }
  });
});

describe('a decision is taken once', () => {
  test('a click on a card that still shows its buttons reads who decided and how it goes', async () => {
    const { id, card } = await waiting('twice');
    const { bob, carol, slack } = stage;
    slack.faults.add({ kind: 'cut', match: ({ url }) => url?.includes('chat.update') ?? false, times: 1000 });
    await approve(stage, id);
    for (const who of [bob, carol]) {
      const heard = (await who.whispers()).length;
      await who.click(card, 'approve');
      const line = await seen(slack, async () => (await who.whispers())[heard]);
      expect(line).toMatch(/^<@U01BOB00001> approved this <!date.*>; it .*\.$/);
    }
    slack.faults.clear();
    await threadOf(stage, id, 'Scan of');
    const item = await settled(stage, id);
    expect(said(item, 'approved')).toHaveLength(1);
    expect(item.images['1']?.approvals).toHaveLength(1);
    expect(textOf(await cardOf(stage, id, '✓ in ECR'))).not.toContain('waiting');
  });

  test('two approvers at the same moment: one event, one copy, one story, and the loser reads who won', async () => {
    const { id, card } = await waiting('race');
    const { bob, carol, local } = stage;
    const heard = async () => [...(await bob.whispers()), ...(await carol.whispers())];
    const before = (await heard()).length;
    await Promise.all([bob.click(card, 'approve'), carol.click(card, 'approve')]);
    const done = await threadOf(stage, id, 'Scan of');
    const item = await settled(stage, id);
    const [approved] = said(item, 'approved');
    expect(said(item, 'approved')).toHaveLength(1);
    expect(said(item, 'copied')).toHaveLength(1);
    expect(done.replies).toHaveLength(3);
    const winner = approved && 'by' in approved ? approved.by : '';
    expect(repliesOf(done)[0]).toBe(`Approved by <@${winner}>.\nFor <@U01ALICE001>`);
    const lines = (await heard()).slice(0);
    expect(lines).toHaveLength(before + 1);
    const loser = winner === stage.slack.people.approver ? carol : bob;
    expect((await loser.whispers()).at(-1)).toContain(`<@${winner}> approved this`);
    const tagPuts = local.ecr.calls.filter(
      ({ method, path }) => method === 'PUT' && path === '/v2/base-images/race/manifests/6.2',
    );
    expect(tagPuts).toHaveLength(1);
  });

  test('a denial needs a reason, which the thread shows', async () => {
    const { id, card } = await waiting('denied');
    const { bob } = stage;
    const modal = await dialog(stage, bob, card, 'deny');
    expect(textOf({ text: '', blocks: modal.blocks })).toContain('Why is redis:6.2 not let in?');
    const empty = await bob.submit(modal.id, reasonOf(modal, '   '));
    expect(Object.values(empty.errors ?? {})).toEqual(['A reason is needed.']);
    expect(said(await itemOf(stage, id), 'denied')).toEqual([]);
    await bob.submit(modal.id, reasonOf(modal, 'Too old: *use* 7.2 <!channel>'));
    const done = await threadOf(stage, id, 'Denied by');
    expect(repliesOf(done)).toEqual([
      'Denied by <@U01BOB00001>. Nothing is copied. The reason:\nToo old: *use* 7.2 <!channel>\nFor <@U01ALICE001>',
    ]);
    expect(textOf(await cardOf(stage, id, 'denied by'))).toContain('✕ denied by <@U01BOB00001>');
    const item = await settled(stage, id);
    expect(item).toMatchObject({ state: 'finished', images: { 1: { state: 'rejected' } } });
    expect(stage.local.ecr.admin.tags('base-images/denied').size).toBe(0);
  });

  test('who writes a reason while another approves reads in the modal that it was too late', async () => {
    const { id, card } = await waiting('late');
    const modal = await dialog(stage, stage.carol, card, 'deny');
    await approve(stage, id);
    await threadOf(stage, id, 'Scan of');
    await stage.carol.submit(modal.id, reasonOf(modal, 'no'));
    const late = await modalOf(stage.carol);
    expect(late.title).toBe('Nothing was changed');
    expect(textOf({ text: '', blocks: late.blocks })).toContain('<@U01BOB00001> approved this');
    expect(said(await settled(stage, id), 'denied')).toEqual([]);
  });
});
