import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formatDoorbell } from '../../core/queue/doorbell.ts';
import { decide } from '../../core/request/decide.ts';
import { DEFAULT_TIMING } from '../../core/request/timing.ts';
import { repliesOf } from './person.ts';
import { approve, ask, cardOf, settled, type Stage, startStage, threadOf } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

/** Rings both queues many times, each bell as late as it likes. */
async function storm(id: string, bells = 20): Promise<void> {
  const { notify, work } = stage.local.queues;
  await Promise.all(
    Array.from({ length: bells }, (_, n) =>
      stage.sqs.send(
        new SendMessageCommand({
          QueueUrl: n % 2 ? work : notify,
          MessageBody: formatDoorbell(id),
          DelaySeconds: n % 3,
        }),
      ),
    ),
  );
}

test('doubled and shuffled doorbells at every step: one decision, one copy, one story', async () => {
  const { bob, carol, local } = stage;
  const before = local.ecr.calls.length;
  const id = await ask(stage, '/mirror nginx:1.21-alpine base-images/storm');
  await storm(id);
  const card = await cardOf(stage, id, 'waiting for');
  await storm(id);
  await Promise.all([bob.click(card, 'approve'), carol.click(card, 'approve')]);
  await storm(id);
  await threadOf(stage, id, 'In ECR');
  await storm(id);
  const item = await settled(stage, id);
  expect(item.events.map(({ type }) => type)).toEqual([
    'offered',
    'approved',
    'copied',
    'scanned',
    'finished',
  ]);
  const puts = local.ecr.calls
    .slice(before)
    .filter(({ action, path }) => action === 'ecr:PutImage' && path.endsWith('/1.21-alpine'));
  expect(puts).toHaveLength(1);
  expect(repliesOf(await threadOf(stage, id, 'Scan of'))).toHaveLength(3);
});

test('junk and doorbells of a newer version harm nothing', async () => {
  const { notify, work } = stage.local.queues;
  const bodies = [
    '',
    'not json',
    '{}',
    '{"v":1,"requestId":"<script>"}',
    '{"v":2,"requestId":"M-0000"}',
    formatDoorbell('M-ZZZZ'),
  ];
  for (const QueueUrl of [work, notify]) {
    for (const MessageBody of bodies.filter((body) => body !== '')) {
      await stage.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
  }
  const id = await ask(stage, '/mirror redis:6.2 base-images/junk');
  await approve(stage, id);
  expect((await settled(stage, id)).images['1']?.state).toBe('copied');
});

test('an approval whose doorbells were all lost is carried on by the tick', async () => {
  const deaf = await startStage();
  try {
    const id = await ask(deaf, '/mirror redis:6.2 base-images/deaf');
    const card = await cardOf(deaf, id, 'waiting for');
    const item = await deaf.requests.get(id);
    // Written as the bot writes it, by somebody who then dies before ringing.
    if (!item) throw new Error('no item');
    const { approver } = deaf.slack.people;
    const approved = decide(
      item,
      {
        kind: 'approve',
        by: approver,
        images: ['1'],
        groups: { '1': { id: deaf.slack.userGroups.platformApprovers } },
        configHash: 'x',
      },
      { now: Date.now(), timing: { ...DEFAULT_TIMING, ringAfterMs: 200, sayAfterMs: 200 }, token: 'lost' },
    );
    if (approved.kind !== 'changed') throw new Error(approved.why);
    expect(await deaf.requests.write(item, approved.item)).toBe(true);
    expect((await settled(deaf, id)).images['1']?.state).toBe('copied');
    expect(card.ts).toBeDefined();
  } finally {
    await deaf.close();
  }
});

test('what nobody decides in time expires, and the thread says how to ask again', async () => {
  const hasty = await startStage({
    configure: (config) => ({ ...config, rules: [{ name: 'base-images', expiresAfterHours: 1 }] }),
  });
  try {
    const id = await ask(hasty, '/mirror redis:6.2 base-images/hasty');
    await cardOf(hasty, id, 'waiting for');
    const item = await hasty.requests.get(id);
    const image = item?.images['1'];
    if (!item || !image) throw new Error('no image');
    // An hour goes by: the item is what the tick reads.
    const past = {
      ...item,
      images: { '1': { ...image, expiresAt: Date.now() - 1 } },
      dueAt: Date.now() - 1,
      version: item.version + 1,
    };
    expect(await hasty.requests.write(item, past)).toBe(true);
    const card = await threadOf(hasty, id, 'Nobody decided in time');
    expect(repliesOf(card).join('\n')).toContain('/mirror redis:6.2 base-images/hasty');
    expect((await settled(hasty, id)).images['1']?.state).toBe('expired');
  } finally {
    await hasty.close();
  }
});
