import { expect, test } from '@jest/globals';
import { answerDeadNotify } from '../../../bot/notifier/dead-letter.ts';
import type { RequestItem } from '../../../core/request/request.ts';
import { StoreError } from '../../../core/store/store.ts';
import { repliesOf, textOf } from '../../integration/person.ts';
import { onStage, type Stage } from '../stage.ts';

function dead(stage: Stage, over: Partial<Stage['deps']> = {}) {
  const told: string[] = [];
  const tellOps = (kind: string, text: { readonly mrkdwn: string }) =>
    void told.push(`${kind}: ${text.mrkdwn}`);
  return { told, answer: () => answerDeadNotify({ ...stage.deps, ...over }, tellOps, stage.id) };
}

test('a dead doorbell whose story is owed is answered once more, and nobody is alarmed when that works', () =>
  onStage({}, async (stage) => {
    await stage.offer();
    const { answer, told } = dead(stage);
    await answer();
    expect(await stage.cards()).toHaveLength(1);
    expect(told).toEqual([]);
  }));

test('sent back at any time it says nothing twice', () =>
  onStage({}, async (stage) => {
    await stage.offer();
    await stage.notify();
    await stage.finish();
    stage.pass(3_000);
    const { answer } = dead(stage);
    await Promise.all([answer(), answer()]);
    stage.pass(100_000);
    for (let n = 0; n < 3; n += 1) await answer();
    const [card] = await stage.cards();
    const lines = repliesOf(card ?? { replies: [] });
    expect(lines).toHaveLength(3);
    expect(new Set(lines).size).toBe(3);
  }));

test('of a request that is not there it is forgotten', () =>
  onStage({}, async (stage) => {
    const { answer, told } = dead(stage);
    await answer();
    expect(told).toEqual([]);
  }));

test('what cannot be told however often it is tried is an alarm with the request and what to do', () =>
  onStage({}, async (stage) => {
    await stage.offer();
    const placeOf = () => {
      throw new TypeError('a mistake of ours');
    };
    const { answer, told } = dead(stage, { placeOf });
    await answer();
    expect(told).toEqual([expect.stringMatching(/^story stands still: .*M-.* stands still.*bot's log/)]);
    // The cause is mended: the tick finds it due.
    await stage.notify();
    expect(await stage.cards()).toHaveLength(1);
  }));

test('while the database is away the message stays where it is', () =>
  onStage({}, async (stage) => {
    await stage.offer();
    const get = () => Promise.reject(new StoreError('get request', 'away'));
    const { answer } = dead(stage, { requests: { ...stage.requests, get } });
    await expect(answer()).rejects.toThrow(StoreError);
  }));

test('a line that cannot be made is said plainly, and those behind it follow', () =>
  onStage({}, async (stage) => {
    await stage.offer();
    await stage.notify();
    await stage.finish();
    const broken = (item: RequestItem): RequestItem => {
      const image = item.images['1'];
      const { source: _, ...rest } = image ?? {};
      // As a row would be that somebody else wrote.
      return { ...item, images: { '1': rest as NonNullable<typeof image> } };
    };
    const get = async (id: string) => {
      const item = await stage.requests.get(id);
      return item && broken(item);
    };
    await stage.notify({ requests: { ...stage.requests, get } });
    const [card] = await stage.cards();
    const lines = (card?.replies ?? []).map(textOf);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain(`Request ${stage.id}`);
    expect(lines[0]).toContain('could not be shown in full');
  }));
