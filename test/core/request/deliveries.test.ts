import { describe, expect, test } from '@jest/globals';
import { cardHash } from '../../../core/request/card-facts.ts';
import {
  deliveries,
  hasCard,
  hasSomethingToSay,
  isCardStale,
  nextDelivery,
} from '../../../core/request/deliveries.ts';
import { appendEvents, type EventBody, type EventType } from '../../../core/request/event.ts';
import { failures } from '../../../core/request/failure.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import {
  ALICE,
  decided,
  approveBy,
  copiedInput,
  foundScan,
  heldBy,
  offered,
  OTTO,
  resolvedAs,
  sampleDigest,
  sampleRequest,
  sampleSource,
  START,
} from './sample-request.ts';

const images = ['1'];
const toRequester = { kind: 'private', to: OTTO } as const;
const reply = { kind: 'reply' } as const;
const digest = sampleDigest('index');
const failure = failures.internal({ source: sampleSource(), detail: 'a test' });

/** What each event makes the bot say: of a single image, and of a list, both with a card. */
const SAID: {
  readonly [T in EventType]: readonly [EventBody & { type: T }, single: object[], list: object[]];
} = {
  offered: [{ type: 'offered', images }, [{ kind: 'card' }], [{ kind: 'card' }]],
  refused: [{ type: 'refused', images }, [toRequester], [toRequester]],
  unchanged: [{ type: 'unchanged', images }, [toRequester], [toRequester]],
  planned: [{ type: 'planned', images }, [toRequester], [toRequester]],
  delayed: [
    { type: 'delayed', images, code: 'sourceRateLimited', summary: 'It waits.', until: START },
    [reply],
    [reply],
  ],
  approved: [
    { type: 'approved', by: ALICE, images, digests: [digest], configHash: 'c0ffee' },
    [reply],
    [reply],
  ],
  asked: [{ type: 'asked', by: ALICE, images, question: 'Why?' }, [reply], [reply]],
  brokeGlass: [
    { type: 'brokeGlass', by: ALICE, images, digests: [digest], configHash: 'c0ffee', reason: 'it burns' },
    [reply, { kind: 'ops' }],
    [reply, { kind: 'ops' }],
  ],
  reviewed: [{ type: 'reviewed', by: ALICE, images }, [reply, { kind: 'ops' }], [reply, { kind: 'ops' }]],
  pushed: [{ type: 'pushed', images, digest }, [], []],
  held: [{ type: 'held', images }, [reply], [reply]],
  released: [
    { type: 'released', by: ALICE, images, digests: [digest], reason: 'it is fixed', configHash: 'c0ffee' },
    [reply],
    [reply],
  ],
  left: [{ type: 'left', by: ALICE, images }, [reply], [reply]],
  reminded: [{ type: 'reminded', as: 'reminder', images }, [reply], [reply]],
  denied: [{ type: 'denied', by: ALICE, images }, [reply], [reply]],
  cancelled: [{ type: 'cancelled', by: OTTO, images, offered: true }, [reply], [reply]],
  expired: [{ type: 'expired', images }, [reply], [reply]],
  copied: [{ type: 'copied', images, digest, as: 'copied' }, [reply], []],
  failed: [{ type: 'failed', images, code: 'internal' }, [reply], [reply]],
  scanned: [{ type: 'scanned', images, as: 'found' }, [reply], []],
  retried: [{ type: 'retried', by: OTTO, images }, [reply], [reply]],
  noted: [{ type: 'noted' }, [{ kind: 'card' }], [{ kind: 'card' }]],
  finished: [{ type: 'finished' }, [], [reply]],
};

const telling = (item: RequestItem, body: EventBody) => {
  const events = appendEvents(item.events, [body], { at: START, token: 'token' });
  const event = events.at(-1);
  return event ? deliveries(event, { ...item, events }) : [];
};

test.each(Object.entries(SAID))(
  '%s is told as the table says, of one image and of a list',
  (_, [body, single, list]) => {
    expect(telling(offered(1), body)).toEqual(single);
    expect(telling(offered(2), body)).toEqual(list);
  },
);

test('what a look-up waits for is told to the requester: nobody else has heard of it', () => {
  expect(telling(sampleRequest(), SAID.delayed[0])).toEqual([toRequester]);
});

test('what was never offered has no thread: taken back or all unchanged is told privately, and once', () => {
  const taken = decided(sampleRequest(2), { kind: 'cancel', by: OTTO });
  expect(walk(taken)).toEqual(['0 private']);
  const unchanged = decided(
    sampleRequest(2),
    { kind: 'claimResolve', owner: 'resolver' },
    resolvedAs({
      '1': { kind: 'unchanged' },
      '2': { kind: 'unchanged' },
    }),
  );
  expect(walk(unchanged)).toEqual(['0 private']);
  expect([hasCard(taken), hasCard(offered())]).toEqual([false, true]);
});

/** Tells a request from where its cursor stands, as the notifier does: one mark a delivery. */
function walk(item: RequestItem): readonly string[] {
  const said: string[] = [];
  let now = item;
  for (let next = nextDelivery(now); next; next = nextDelivery(now)) {
    if (said.length > item.events.length) throw new Error(`the cursor stands still at ${next.key}`);
    said.push(`${next.at.event} ${next.delivery.kind}`);
    expect(next.key).toBe(`${item.id}#${next.at.event}#${next.at.delivery}`);
    expect(now.events[next.at.event]).toBe(next.event);
    const cursor = { event: next.at.event, delivery: next.at.delivery + 1 };
    now = { ...now, notifier: { ...now.notifier, cursor } };
  }
  return said;
}

describe('the cursor', () => {
  const copied = decided(
    offered(2),
    approveBy(ALICE, '1'),
    { kind: 'deny', by: ALICE, images: ['2'] },
    { kind: 'claim', image: '1', owner: 'worker' },
    { ...heldBy('worker'), kind: 'tagging' },
    copiedInput('worker'),
    { kind: 'scanned', scans: { '1': foundScan } },
  );

  test('comes by every delivery once and in order, and passes what a list does not tell', () => {
    expect(copied.events.map(({ type }) => type)).toEqual([
      'offered',
      'approved',
      'denied',
      'copied',
      'scanned',
      'finished',
    ]);
    expect(walk(copied)).toEqual(['0 card', '1 reply', '2 reply', '5 reply']);
  });

  test('goes on where it stands, also when it stands behind the deliveries of its event', () => {
    const at = (event: number, delivery: number): RequestItem => ({
      ...copied,
      notifier: { ...copied.notifier, cursor: { event, delivery } },
    });
    expect(walk(at(2, 0))).toEqual(['2 reply', '5 reply']);
    expect(walk(at(2, 1))).toEqual(['5 reply']);
    expect(walk(at(6, 0))).toEqual([]);
  });

  test('a story told to its end goes on with what is appended later', () => {
    const failed = decided(
      offered(),
      approveBy(ALICE),
      { kind: 'claim', image: '1', owner: 'worker' },
      { ...heldBy('worker'), kind: 'fail', failure },
    );
    const done = { ...failed, notifier: { ...failed.notifier, cursor: { event: 3, delivery: 0 } } };
    expect(walk(done)).toEqual([]);
    expect(walk(decided(done, { kind: 'retry', by: OTTO }))).toEqual(['4 reply']);
  });
});

test('there is something to say while a line, an edit or a doubt is open', () => {
  const item = offered();
  const notifier = {
    ...item.notifier,
    cursor: { event: 1, delivery: 0 },
    card: { channel: 'C0GENERAL', ts: '1.0' },
    shown: cardHash(item),
  };
  const tried = { key: 'key', token: 'token', deadline: START, channel: 'C0GENERAL' };
  const { shown: _, ...unknown } = notifier;
  expect(hasSomethingToSay(item)).toBe(true);
  expect(hasSomethingToSay({ ...item, notifier })).toBe(false);
  expect(hasSomethingToSay({ ...item, notifier: { ...notifier, tried } })).toBe(true);
  expect(isCardStale({ ...item, notifier: unknown })).toBe(true);
  expect(isCardStale({ ...item, notifier: { ...notifier, shown: 'other' } })).toBe(true);
  expect(isCardStale(item)).toBe(false);
});
