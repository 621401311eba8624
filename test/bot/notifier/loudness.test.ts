import { describe, expect, test } from '@jest/globals';
import { placer } from '../../../bot/notifier/place.ts';
import type { RecordedRule } from '../../../core/request/recorded-rule.ts';
import type { Image } from '../../../core/request/image.ts';
import type { Reminder } from '../../../core/request/reminding.ts';
import { repliesOf, textOf } from '../../integration/person.ts';
import { sampleImage } from '../sample.ts';
import { onStage, type Stage } from '../stage.ts';

const HOUR = 3_600_000;
const CAROL = 'U01CAROL001';
const ruled = (over: Partial<RecordedRule>, reminders?: readonly Reminder[]): Partial<Image> => {
  const { rule } = sampleImage();
  return { ...(rule && { rule: { ...rule, ...over } }), ...(reminders && { reminders }) };
};
const card = async (stage: Stage) => {
  const [posted] = await stage.cards();
  if (!posted) throw new Error('no card');
  return posted;
};
const tell = async (stage: Stage) => {
  stage.pass(60_000);
  await stage.notify();
  return card(stage);
};

describe('the requester', () => {
  test('who asked in the card’s channel is named at the decision and at the end, and gets no direct message', () =>
    onStage({}, async (stage) => {
      await stage.offer();
      await stage.notify();
      await stage.finish();
      const replies = repliesOf(await tell(stage));
      const named = replies.map((text) => text.includes('For <@U01ALICE001>'));
      expect(named).toEqual([true, true, false]);
      expect(await stage.directs()).toEqual([]);
    }));

  test('who asked elsewhere hears of both directly, with what it is about, and is not named in the thread', () =>
    onStage({ channel: 'C01SHOPPRIV' }, async (stage) => {
      await stage.offer();
      await stage.notify();
      await stage.finish();
      const posted = await tell(stage);
      expect(posted.replies.map(textOf).join('\n')).not.toContain('For <@');
      const directs = (await stage.directs()).map(textOf);
      expect(directs).toHaveLength(2);
      expect(directs[0]).toMatch(
        /^\*nginx:1.21-alpine\* {2}→ {2}\*base-images\/nginx:1.21-alpine\* · M-\w+ · thread in <#C01IMAGEREQ>\nApproved by/,
      );
      expect(directs[1]).toContain('docker pull ecr.example/base-images/nginx@sha256:');
    }));
});

describe('a reminder', () => {
  const at = (stage: Stage, hours: number) => stage.now() + hours * HOUR;

  test('names the approvers in the thread, and nothing more is said in the channel', () =>
    onStage({}, async (stage) => {
      await stage.offer({ reminders: [{ as: 'reminder', at: at(stage, 4) }] });
      await stage.notify();
      stage.pass(4 * HOUR);
      await stage.change({ kind: 'remind' });
      const posted = await tell(stage);
      expect(repliesOf(posted)).toEqual([
        expect.stringMatching(
          /^● <!subteam\^S01PLATFORM>: nginx:1.21-alpine waits for a decision\. It expires <!date/,
        ),
      ]);
      expect(await stage.cards()).toHaveLength(1);
    }));

  test('of more people names them in the thread and tells them directly; the card says so', () =>
    onStage({}, async (stage) => {
      const more = { users: [CAROL], userGroups: [] };
      await stage.offer(ruled({ escalateTo: more }, [{ as: 'escalation', at: at(stage, 8) }]));
      await stage.notify();
      stage.pass(8 * HOUR);
      await stage.change({ kind: 'remind' });
      const posted = await tell(stage);
      expect(repliesOf(posted)[0]).toContain(`● <@${CAROL}>: nginx:1.21-alpine waits for a decision`);
      expect(textOf(posted)).toContain(`● waiting for <!subteam^S01PLATFORM>, <@${CAROL}>`);
      expect(textOf(posted)).toContain('nobody decided in time: more people were asked');
      const [direct] = (await stage.directs(CAROL)).map(textOf);
      expect(direct).toContain('You may decide it too.');
    }));

  test('that is told after the decision names nobody', () =>
    onStage({}, async (stage) => {
      await stage.offer({ reminders: [{ as: 'reminder', at: at(stage, 4) }] });
      await stage.notify();
      stage.pass(4 * HOUR);
      await stage.change({ kind: 'remind' });
      await stage.approve();
      const [reminder] = repliesOf(await tell(stage));
      expect(reminder).not.toContain('<!subteam');
      expect(reminder).toContain('it is decided meanwhile');
    }));
});

test('a card in quiet hours names nobody; the morning’s line does, and the card from then on', () =>
  onStage({}, async (stage) => {
    await stage.offer({ reminders: [{ as: 'morning', at: stage.now() + HOUR }] });
    await stage.notify();
    const night = await card(stage);
    expect(`${night.text} ${textOf(night)}`).not.toContain('<!subteam');
    expect(textOf(night)).toContain('● waiting for the approvers of rule base-images');
    stage.pass(HOUR);
    await stage.change({ kind: 'remind' });
    const morning = await tell(stage);
    expect(repliesOf(morning)[0]).toContain('● <!subteam^S01PLATFORM>:');
    expect(textOf(morning)).toContain('● waiting for <!subteam^S01PLATFORM>');
  }));

test('what was let in by one person alone is told in the ops channel once, also where that post is in doubt', () =>
  onStage({}, async (stage) => {
    const { general, mirror } = stage.slack.channels;
    const placeOf = placer(stage.deps.slack, mirror, general);
    await stage.offer(ruled({ breakGlass: { users: [CAROL], userGroups: [] } }));
    await stage.notify({ placeOf });
    await stage.change({
      kind: 'breakGlass',
      by: CAROL,
      images: ['1'],
      reason: 'the registry is down',
      configHash: 'c',
      reviewAt: stage.now() + 8 * HOUR,
    });
    const { slack } = stage.deps;
    const post: typeof slack.post = async (said) => {
      const answer = await slack.post(said);
      if (said.channel === general) throw new Error('killed');
      return answer;
    };
    await stage.tryNotify({ placeOf, slack: { ...slack, post } });
    stage.pass(200_000);
    await stage.notify({ placeOf });
    stage.pass(60_000);
    await stage.notify({ placeOf });
    expect(await stage.cards(general)).toHaveLength(1);
    stage.pass(8 * HOUR);
    await stage.change({ kind: 'remind' });
    await stage.notify({ placeOf });
    expect((await stage.cards(general)).map(({ text }) => text)[1]).toContain('nobody has reviewed it');
  }));

test('a card does not go into a channel that another company reads', () =>
  onStage({ channel: 'C01GENERAL1' }, async (stage) => {
    stage.slack.change({ kind: 'shared', channel: 'C01GENERAL1' });
    await stage.offer();
    await stage.notify();
    expect(await stage.cards('C01GENERAL1')).toEqual([]);
    expect((await card(stage)).text).toContain('asks to mirror');
  }));
