import { expect, test } from '@jest/globals';
import { startApart } from './apart.ts';
import type { Passing } from './door.ts';
import { cards, repliesOf } from './person.ts';
import { ask, cardOf, settled, threadOf } from './stage.ts';

const REPOSITORY = 'base-images/unrung';

test('a bot that dies between its write and the doorbell: the tick of the next one rings, and it is copied once', async () => {
  const stage = await startApart();
  try {
    const { bob, slack, standIns } = stage;
    const first = await stage.start();
    const id = await ask(stage, `/mirror redis:6.2 ${REPOSITORY}`);
    const card = await cardOf(stage, id, 'waiting for');
    const { queue, store } = first.doors;
    const stored = store.hold(
      'after',
      ({ body, operation }) => operation === 'UpdateItem' && body.includes('"approved"'),
    );
    const rings = ({ body, operation }: Passing): boolean => operation === 'SendMessage' && body.includes(id);
    const before = queue.passed.filter(rings).length;
    // Nobody answers this click: whoever would have is gone.
    void bob.click(card, 'approve').catch(() => {});
    await stored.reached;
    first.kill('SIGKILL');
    await first.ended;
    stored.release();
    expect((await stage.requests.get(id))?.images['1']?.state).toBe('queued');
    expect(queue.passed.filter(rings)).toHaveLength(before);

    await stage.start();
    await threadOf(stage, id, 'Scan of');
    const done = await settled(stage, id);
    const told = done.events.map(({ type }) => type);
    expect(told).toEqual(['offered', 'approved', 'copied', 'scanned', 'finished']);
    expect(done.images['1']).toMatchObject({ state: 'copied', attempt: 1 });
    const [mine, ...others] = await cards(slack);
    expect(others).toEqual([]);
    expect(mine && repliesOf(mine)).toHaveLength(3);
    const puts = standIns.ecr.calls.filter(
      ({ action, path, repository }) =>
        repository === REPOSITORY && action === 'ecr:PutImage' && path.endsWith('/6.2'),
    );
    expect(puts).toHaveLength(1);
  } finally {
    await stage.close();
  }
});
