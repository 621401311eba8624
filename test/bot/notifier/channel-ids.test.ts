import { describe, expect, test } from '@jest/globals';
import type { TellOps } from '../../../bot/slack/ops-line.ts';
import { sampleConfig } from '../../core/config/sample-config.ts';
import { repliesOf, textOf } from '../../integration/person.ts';
import { eventually } from '../../integration/stage.ts';
import { onBolt } from '../bolt-stage.ts';
import { onStage } from '../stage.ts';

describe('a channel', () => {
  test('that gets another name stays the same by its id: its card is edited, and its thread goes on there', () =>
    onStage({}, async (stage) => {
      const { channels } = stage.slack;
      await stage.offer();
      await stage.notify();
      stage.slack.change({ kind: 'renamed', channel: channels.mirror, name: 'base-images' });
      stage.pass(3_000);
      await stage.finish();
      await stage.notify();
      const [card, ...others] = await stage.cards(channels.mirror);
      expect(others).toEqual([]);
      expect(card && textOf(card)).toContain('✓ in ECR');
      expect(card && repliesOf(card)).toHaveLength(3);
      expect(await stage.directs()).toEqual([]);
    }));

  test('that gets another id is followed: its card is clicked, edited and answered there', () =>
    onBolt({ channel: 'C01SHOPPRIV' }, async (stage) => {
      const { bob, slack } = stage;
      const [old, now] = [slack.channels.privateShop, 'C09SHARED01'];
      slack.change({ kind: 'joined', channel: old, user: slack.botUser });
      await stage.offer();
      await stage.notify();
      const [card] = await stage.cards(old);
      await slack.changeChannelId(old, now);
      await eventually(async () => ((await stage.item()).notifier.card?.channel === now ? true : undefined));
      await bob.click({ ts: card?.ts ?? '' }, 'approve', now);
      expect((await stage.item()).images['1']?.state).toBe('queued');
      stage.pass(3_000);
      await stage.notify();
      const [after, ...others] = await stage.cards(now);
      expect(others).toEqual([]);
      expect(after?.ts).toBe(card?.ts);
      expect(after && textOf(after)).toContain('◐ approved');
      expect(after && repliesOf(after)).toEqual([expect.stringContaining('Approved by')]);
    }));

  test('that the configuration names and that gets another id: those who run the mirror are told', async () => {
    const told = Promise.withResolvers<string>();
    const config = sampleConfig({ channels: { default: 'C01SHOPPRIV' } });
    const tellOps: TellOps = (_kind, { mrkdwn }) => told.resolve(mrkdwn);
    await onBolt({ bot: { config, tellOps } }, async ({ slack }) => {
      slack.change({ kind: 'joined', channel: slack.channels.privateShop, user: slack.botUser });
      await slack.changeChannelId(slack.channels.privateShop, 'C09SHARED01');
      expect(await told.promise).toContain('`C09SHARED01` instead of `C01SHOPPRIV`');
    });
  });
});
