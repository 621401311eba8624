import { expect, test } from '@jest/globals';
import { openFlights } from '../../../worker/copy/flights.ts';

test('whoever wants what is under way waits for it', async () => {
  const flights = openFlights();
  const gate = Promise.withResolvers<void>();
  const runs: string[] = [];
  const first = flights.join('x', () => {
    runs.push('first');
    return gate.promise;
  });
  const second = flights.join('x', async () => void runs.push('second'));
  await flights.join('y', async () => void runs.push('other key'));
  gate.resolve();
  await Promise.all([first, second]);
  expect(runs).toEqual(['first', 'other key']);
});

test('whoever waited for one that failed runs its own, one after the other', async () => {
  const flights = openFlights();
  const gate = Promise.withResolvers<void>();
  const runs: string[] = [];
  const first = flights.join('x', () => gate.promise);
  const second = flights.join('x', async () => void runs.push('second'));
  const third = flights.join('x', async () => void runs.push('third'));
  gate.reject(new Error('gave up'));
  await expect(first).rejects.toThrow('gave up');
  await Promise.all([second, third]);
  expect(runs).toEqual(['second']);
});

test('what has landed is run again when it is wanted again', async () => {
  const flights = openFlights();
  let runs = 0;
  const work = async (): Promise<void> => {
    runs += 1;
  };
  await flights.join('x', work);
  await flights.join('x', work);
  expect(runs).toBe(2);
});

test('flights that remember run what has landed no more, unless it was lost', async () => {
  const flights = openFlights({ remember: true });
  const runs: string[] = [];
  await flights.join('x', async () => void runs.push('first'));
  await flights.join('x', async () => void runs.push('second'));
  await flights.again('x', async () => void runs.push('again'));
  await expect(flights.join('y', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  await flights.join('y', async () => void runs.push('y'));
  expect(runs).toEqual(['first', 'again', 'y']);
});

test('whoever waits for another’s flight and gives up waits no longer, and the flight goes on', async () => {
  const flights = openFlights();
  const gate = Promise.withResolvers<void>();
  const giveUp = new AbortController();
  const first = flights.join('x', () => gate.promise);
  const second = flights.join('x', async () => {}, giveUp.signal);
  giveUp.abort(new Error('cancelled'));
  await expect(second).rejects.toThrow('cancelled');
  gate.resolve();
  await first;
});

test('works of one key take turns in order, past failures and whoever gave up; other keys do not wait', async () => {
  const flights = openFlights();
  const gate = Promise.withResolvers<void>();
  const giveUp = new AbortController();
  const runs: string[] = [];
  const work =
    (name: string, until: Promise<void> = Promise.resolve()) =>
    async () => {
      runs.push(`${name} begins`);
      await until;
      runs.push(`${name} ends`);
      return name;
    };
  const failing = flights.inTurn('x', async () => {
    await work('a', gate.promise)();
    throw new Error('refused');
  });
  const gone = flights.inTurn('x', work('b'), giveUp.signal);
  const last = flights.inTurn('x', work('c'));
  await expect(flights.inTurn('y', work('other'))).resolves.toBe('other');
  giveUp.abort(new Error('cancelled'));
  await expect(gone).rejects.toThrow('cancelled');
  gate.resolve();
  await expect(failing).rejects.toThrow('refused');
  await expect(last).resolves.toBe('c');
  expect(runs).toEqual(['a begins', 'other begins', 'other ends', 'a ends', 'c begins', 'c ends']);
});
