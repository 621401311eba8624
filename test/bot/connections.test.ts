import { describe, expect, test } from '@jest/globals';
import { bindListeners } from '../../bot/app.ts';
import { socketModeApp } from '../../bot/socket-app.ts';
import { keep } from '../integration/kept.ts';
import { quiet } from '../integration/quiet.ts';
import { seen } from '../integration/person.ts';
import { type BoltStage, onBolt } from './bolt-stage.ts';

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `app-${n}`);
/** What is about connections is not about Slack's three seconds. */
const PATIENT = { ackDeadlineMs: 20_000 };
const command = (name: string): string => `/mirror nginx:1.21-alpine base-images/${name}`;

/** A person mentions the app, and what that leads to is kept at the store until it is let go. */
async function inTheMiddle(stage: BoltStage, then: () => Promise<void>): Promise<void> {
  const { alice, database, slack, workRings } = stage;
  slack.change({ kind: 'joined', channel: slack.channels.mirror, user: slack.botUser });
  const kept = keep(database, ({ headers }) => String(headers['x-amz-target']).endsWith('.PutItem'));
  const said = alice.say('@mirror nginx:1.21-alpine base-images/once');
  await kept.comes;
  await then();
  kept.letGo();
  await said;
  await seen(slack, async () => (await alice.whispers())[0]);
  // Slack sends again what it did not hear of.
  await slack.connected();
  await slack.repeatEvent();
  await seen(slack, async () => (await alice.whispers())[1]);
  expect(new Set(workRings).size).toBe(1);
}

/** Side by side: the client waits for seconds before it comes again. */
describe('a connection', () => {
  test.concurrent.each(['warning', 'refresh_requested'] as const)(
    'that Slack wants anew (%s) in the middle of work: what is under way is done once, and the next comes over the new one',
    (reason) =>
      onBolt(PATIENT, async (stage) => {
        const { alice, slack, workRings } = stage;
        await inTheMiddle(stage, async () => {
          slack.refreshSockets(reason);
          await slack.disconnected();
        });
        await slack.connected();
        expect(await alice.command(command('after'))).toMatchObject({ ok: true });
        expect(new Set(workRings).size).toBe(2);
        expect(slack.envelopes.length).toBe(2);
      }),
  );

  test.concurrent('that is dead without a word is given up when its pings are not answered, and a new one is opened', () =>
    onBolt(PATIENT, async ({ alice, slack, workRings }) => {
      slack.freezeSockets();
      await slack.disconnected();
      await slack.connected();
      expect(await alice.command(command('after'))).toMatchObject({ ok: true });
      expect(workRings).toHaveLength(1);
    }));
});

test('of two open connections each gets its share, nothing is handled twice, and one that goes leaves all to the other', () =>
  onBolt(PATIENT, async (stage) => {
    const { alice, bot, slack, workRings } = stage;
    const { apiUrl, appToken, botToken } = slack;
    const second = socketModeApp({ apiUrl, appToken, botToken }, { timeoutMs: 1_500, log: quiet }).app;
    bindListeners(second, bot);
    await second.init();
    await second.start();
    try {
      for (const name of names(4)) expect(await alice.command(command(name))).toMatchObject({ ok: true });
      expect(slack.envelopes).toEqual([2, 2]);
      expect(new Set(workRings).size).toBe(4);
      expect(workRings).toHaveLength(4);
    } finally {
      await second.stop();
    }
    expect(await alice.command(command('later'))).toMatchObject({ ok: true });
    expect(slack.envelopes).toEqual([3, 2]);
    expect(workRings).toHaveLength(5);
  }));
