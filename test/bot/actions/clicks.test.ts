import { describe, expect, test } from '@jest/globals';
import { decideAs } from '../../../bot/actions/decision.ts';
import { changer } from '../../../core/store/change.ts';
import { type Person, seen, textOf, theWhisper } from '../../integration/person.ts';
import { type BoltStage, onBolt } from '../bolt-stage.ts';
import { operation } from '../faulty-dynamodb.ts';
import { answer, api } from '../notifier/slack-faults.ts';
import { localClient } from '../../../local/slack/local-client.ts';

const held = () => {
  let release = (): void => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { release, until };
};

async function card(stage: BoltStage) {
  await stage.offer();
  await stage.notify();
  const [posted] = await stage.cards();
  if (!posted) throw new Error('no card');
  return posted;
}
/** A private line comes after the click's acknowledgement: it is waited for. */
const told = (stage: BoltStage, who: Person, says: string) => theWhisper(stage.slack, who, says);
/** The dialog that opened. */
const dialog = (stage: BoltStage) => seen(stage.slack, async () => (await stage.bob.views())[0]);
const state = async (stage: BoltStage) => (await stage.item()).images['1']?.state;

describe('a click on Approve', () => {
  test('is written, rung for, and says nothing more', () =>
    onBolt({}, async (stage) => {
      const posted = await card(stage);
      expect(await stage.bob.click(posted, 'approve')).toMatchObject({ ok: true });
      const { images } = await stage.item();
      expect(images['1']).toMatchObject({
        state: 'queued',
        approvals: [{ by: stage.slack.people.approver, group: { id: 'S01PLATFORM' } }],
      });
      expect(stage.workRings).toEqual([stage.id]);
      expect(await stage.bob.whispers()).toEqual([]);
    }));

  test('by the requester, an outsider, or once more afterwards changes nothing and says why', () =>
    onBolt({}, async (stage) => {
      const posted = await card(stage);
      const { alice, bob, dave } = stage;
      await alice.click(posted, 'approve');
      await told(stage, alice, 'Only <!subteam^S01PLATFORM> can decide this');
      await dave.click(posted, 'approve');
      await told(stage, dave, 'Only <!subteam^S01PLATFORM> can decide this');
      expect(await state(stage)).toBe('ready');
      await bob.click(posted, 'approve');
      await bob.click(posted, 'approve');
      expect(await told(stage, bob, 'approved this')).toMatch(
        /^<@U01BOB00001> approved this <!date.*; it waits for a worker\.$/,
      );
      expect((await stage.item()).events.filter(({ type }) => type === 'approved')).toHaveLength(1);
    }));

  test('by the requester who is in the group is refused as one’s own', () =>
    onBolt({}, async (stage) => {
      const { approver2, requester } = stage.slack.people;
      stage.slack.change({ kind: 'group_changed', group: 'S01PLATFORM', users: [requester, approver2] });
      await stage.alice.click(await card(stage), 'approve');
      await told(stage, stage.alice, 'a second person has to look');
      expect(await state(stage)).toBe('ready');
    }));

  test('by a guest is refused', () =>
    onBolt({}, async (stage) => {
      const { guest: user } = stage.slack.people;
      stage.slack.change({ kind: 'group_changed', group: 'S01PLATFORM', users: [user] });
      const { ts } = await card(stage);
      const people = localClient(stage.slack.url);
      await people.click({ user, channel: stage.slack.channels.mirror, ts, action_id: 'approve' });
      expect(await state(stage)).toBe('ready');
    }));

  test.each(['usergroups.users.list', 'users.info'])(
    'is refused while Slack does not answer %s, and works as soon as it does',
    (method) =>
      onBolt({}, async (stage) => {
        const posted = await card(stage);
        stage.slack.faults.add({ kind: 'cut', match: api(method) });
        await stage.bob.click(posted, 'approve');
        await told(stage, stage.bob, 'Slack did not say whether you may decide this');
        expect(await state(stage)).toBe('ready');
        await stage.bob.click(posted, 'approve');
        expect(await state(stage)).toBe('queued');
      }),
  );

  test('with a forged value leads nowhere: another request, in another channel or message, or garbage', () =>
    onBolt({}, async (stage) => {
      const posted = await card(stage);
      const people = localClient(stage.slack.url);
      const { mirror, general } = stage.slack.channels;
      const { approver: user } = stage.slack.people;
      await stage.deps.slack.enter(general);
      // A message of the app elsewhere, with a button that carries this request's id.
      const blocks = JSON.parse(JSON.stringify(posted.blocks));
      for (const channel of [general, mirror]) {
        const other = await stage.deps.slack.post({
          channel,
          key: 'x',
          message: { text: 'an old card', blocks },
        });
        if (other.kind !== 'ok') throw new Error(other.kind);
        await people.click({ user, channel, ts: other.value.ts, action_id: 'approve' });
      }
      for (const value of ['', 'M-0000', 'M-', '__proto__', `${stage.id}\n`, '{"id":1}', 'x'.repeat(2_000)]) {
        if (value.trim() === stage.id) continue;
        await people.click({ user, channel: mirror, ts: posted.ts, action_id: 'approve', value });
        await told(stage, stage.bob, 'This request is not known here');
      }
      expect(await state(stage)).toBe('ready');
    }));

  test('counts on a card whose post was answered but never written down', () =>
    onBolt({}, async (stage) => {
      await stage.offer();
      const { slack } = stage.deps;
      const post: typeof slack.post = async (said) => {
        await slack.post(said);
        throw new Error('killed');
      };
      await stage.tryNotify({ slack: { ...slack, post } });
      const [posted] = await stage.cards();
      if (!posted) throw new Error('no card');
      expect((await stage.item()).notifier.card).toBeUndefined();
      await stage.bob.click(posted, 'approve');
      expect(await state(stage)).toBe('queued');
      stage.pass(75_000);
      await stage.notify();
      expect((await stage.cards()).map((each) => each.replies.length)).toEqual([1]);
    }));

  test.each([
    ['cut off', { kind: 'cut' }],
    ['refused', { kind: 'status', status: 500, body: '{}' }],
  ] as const)('while the store’s answers are %s is acknowledged, with what to do', (_, fault) =>
    onBolt({}, async (stage) => {
      const posted = await card(stage);
      stage.database.add({ ...fault, match: operation('GetItem'), times: 99 });
      expect(await stage.bob.click(posted, 'approve')).toMatchObject({ ok: true });
      await told(stage, stage.bob, 'Nothing was changed; click again in a minute');
      stage.database.clear();
      expect(await state(stage)).toBe('ready');
    }),
  );

  test('whose write nobody answers in time gets the third answer, and may have counted', () =>
    onBolt({}, async (stage) => {
      const posted = await card(stage);
      const { release, until } = held();
      stage.database.add({ kind: 'hold', release: until, match: operation('UpdateItem') });
      expect(await stage.bob.click(posted, 'approve')).toMatchObject({ ok: true });
      await told(stage, stage.bob, 'Not sure whether that was recorded');
      release();
      expect(await state(stage)).toBe('queued');
    }));

  test('on a read that hangs is answered before Slack’s 3 s', () =>
    onBolt({}, async (stage) => {
      const posted = await card(stage);
      const { release, until } = held();
      stage.database.add({ kind: 'hold', release: until, match: operation('GetItem') });
      expect(await stage.bob.click(posted, 'approve')).toMatchObject({ ok: true });
      await told(stage, stage.bob, 'The request could not be read');
      release();
    }));
});

describe('a click on Deny', () => {
  test('asks for the reason, which the thread then tells', () =>
    onBolt({}, async (stage) => {
      const posted = await card(stage);
      await stage.bob.click(posted, 'deny');
      const view = await dialog(stage);
      expect(view).toMatchObject({ title: 'Deny this image', submit: 'Deny' });
      const id = view.id;
      expect(await stage.bob.submit(id, { reason: '   ' })).toMatchObject({
        errors: { reason: 'A reason is needed.' },
      });
      expect(await stage.bob.submit(id, { reason: 'use *1.27* <!here>' })).toMatchObject({ ok: true });
      expect(await state(stage)).toBe('rejected');
      await stage.notify();
      const [told] = (await stage.cards())[0]?.replies ?? [];
      expect(told && textOf(told)).toMatch(/Denied by <@U01BOB00001>[\s\S]*use \*1\.27\* <!here>/);
      expect(told?.text).toContain('&lt;!here&gt;');
    }));

  test('by somebody not entitled opens no dialog', () =>
    onBolt({}, async (stage) => {
      await stage.dave.click(await card(stage), 'deny');
      await told(stage, stage.dave, 'can decide this');
      expect(await stage.dave.views()).toEqual([]);
    }));

  test('that comes too late for its dialog says so', () =>
    onBolt({}, async (stage) => {
      const posted = await card(stage);
      stage.slack.faults.add(answer('views.open', 'expired_trigger_id'));
      await stage.bob.click(posted, 'deny');
      // The click itself was acknowledged before the dialog was asked for.
      expect(await theWhisper(stage.slack, stage.bob, 'Click Deny again')).toContain('nothing was changed');
    }));

  test('whose dialog is sent after somebody else decided shows who did', () =>
    onBolt({}, async (stage) => {
      const posted = await card(stage);
      await stage.bob.click(posted, 'deny');
      const view = await dialog(stage);
      await stage.approve();
      expect(await stage.bob.submit(view.id, { reason: 'late' })).toMatchObject({
        response_action: 'update',
      });
      const [after] = await stage.bob.views();
      expect(after).toMatchObject({ title: 'Nothing was changed' });
      expect(textOf({ text: '', blocks: after?.blocks ?? [] })).toContain('approved this');
      expect(await state(stage)).toBe('queued');
    }));

  test('whose dialog is sent while the store is down keeps nothing back: it says that nothing was changed', () =>
    onBolt({}, async (stage) => {
      await stage.bob.click(await card(stage), 'deny');
      const view = await dialog(stage);
      stage.database.add({ kind: 'cut', match: operation('GetItem'), times: 99 });
      expect(await stage.bob.submit(view.id, { reason: 'no' })).toMatchObject({
        response_action: 'update',
      });
      expect((await stage.bob.views())[0]).toMatchObject({ title: 'Nothing was changed' });
      stage.database.clear();
      expect(await state(stage)).toBe('ready');
    }));
});

describe('a click on Retry', () => {
  async function failed(stage: BoltStage): Promise<void> {
    await stage.approve();
    await stage.change({ kind: 'claim', image: '1', owner: 'w' });
    const failure = { code: 'internal', summary: 'It failed.', hint: 'Retry.', retry: true } as const;
    await stage.change({ kind: 'fail', image: '1', owner: 'w', fence: 1, failure });
    await stage.notify();
  }
  const retryButton = async (stage: BoltStage) => (await stage.cards())[0]?.replies.at(-1) ?? { ts: '' };

  test('by the requester or an approver queues what was approved; by others it does not', () =>
    onBolt({}, async (stage) => {
      await card(stage);
      await failed(stage);
      const line = await retryButton(stage);
      await stage.dave.click(line, 'retry');
      expect(await state(stage)).toBe('failed');
      await stage.alice.click(line, 'retry');
      expect(await state(stage)).toBe('queued');
      await stage.bob.click(line, 'retry');
      expect((await stage.item()).events.filter(({ type }) => type === 'retried')).toHaveLength(1);
    }));

  test('works for the requester in the direct message where the thread is gone', () =>
    onBolt({}, async (stage) => {
      const posted = await card(stage);
      stage.slack.change({ kind: 'deleted', channel: stage.slack.channels.mirror, ts: posted.ts });
      await failed(stage);
      const line = (await stage.directs()).at(-1) ?? { ts: '' };
      await stage.alice.click(line, 'retry', 'D01ALICE001');
      expect(await state(stage)).toBe('queued');
    }));
});

test('a decision is unsure when the store never says whether it was written, and is recognised when it was', () =>
  onBolt({}, async (stage) => {
    await stage.offer();
    const click = { user: stage.slack.people.approver, workspace: stage.slack.team };
    const approve = () =>
      stage.item().then((item) =>
        decideAs(stage.bot, item, click, ({ images }) => ({
          kind: 'approve',
          by: click.user,
          images,
          configHash: 'c',
          groups: { '1': { id: 'S01PLATFORM' } },
        })),
      );
    stage.database.add({ kind: 'lost', match: operation('UpdateItem') });
    // The write stands though its answer was lost: found by its token, and not taken for somebody else's.
    expect(await approve()).toBeUndefined();
    expect(stage.workRings).toEqual([stage.id]);
    expect(await approve()).toMatchObject({ kind: 'decided' });
  }));

test('a decision on a store that answers nothing is given up in its budget', () =>
  onBolt({}, async (stage) => {
    await stage.offer();
    const item = await stage.item();
    const click = { user: stage.slack.people.approver, workspace: stage.slack.team };
    // Each look at the clock is a second later: the budget is over after two.
    let seconds = 0;
    const now = () => {
      seconds += 1;
      return stage.now() + seconds * 1_000;
    };
    stage.database.add({ kind: 'cut', match: operation('GetItem'), times: 99 });
    const change = changer({
      requests: stage.requests,
      timing: stage.deps.timing,
      now,
      random: () => 0.5,
      sleep: async () => {},
    });
    const unsure = await decideAs({ ...stage.bot, change, now }, item, click, ({ images }) => ({
      kind: 'deny',
      by: click.user,
      images,
    }));
    expect(unsure).toEqual({ kind: 'unsure' });
    expect(stage.workRings).toEqual([]);
  }));

test('another workspace’s person decides nothing', () =>
  onBolt({}, async (stage) => {
    await stage.offer();
    const click = { user: stage.slack.people.approver, workspace: 'T0OTHER' };
    const deny = { kind: 'deny', by: click.user, images: ['1'] } as const;
    expect(await decideAs(stage.bot, await stage.item(), click, () => deny)).toEqual({
      kind: 'not a full member',
    });
  }));
