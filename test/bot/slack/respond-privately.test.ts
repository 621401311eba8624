import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { seen } from '../../integration/person.ts';
import { onBolt } from '../bolt-stage.ts';
import { api, called } from '../notifier/slack-faults.ts';

test('a response_url that is too old by the time of the answer loses nothing: the answer goes the other way', () =>
  onBolt({}, async (stage) => {
    const { dave, slack } = stage;
    await stage.offer();
    await stage.notify();
    const [card] = await stage.cards();
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    slack.faults.add({ kind: 'wait', release: released, match: api('users.info') });
    const clicked = dave.click(card ?? { ts: '' }, 'approve');
    while (slack.faults.hits === 0) await setImmediate();
    // Thirty minutes are what Slack gives.
    stage.pass(31 * 60_000);
    release();
    await clicked;
    const said = await seen(slack, async () => (await dave.whispers())[0]);
    expect(said).toMatch(/^Only <!subteam\^S01PLATFORM> can decide this/);
    expect(called(stage, 'chat.postEphemeral')).toBe(1);
  }));
