import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { aboutRequest, jsonLog, logOf } from '../../core/log.ts';

function openLog() {
  const lines: Record<string, unknown>[] = [];
  const log = jsonLog(
    (line) => lines.push(JSON.parse(line)),
    () => Date.UTC(2026, 0, 5, 9),
  );
  return { lines, log: logOf(log, 'worker') };
}

test('one event is one line of JSON, with time, level, message and part', () => {
  const written: string[] = [];
  const log = logOf(
    jsonLog(
      (line) => written.push(line),
      () => Date.UTC(2026, 0, 5, 9),
    ),
    'bot',
  );
  log('warn', 'two\nlines', { error: new TypeError('no'), times: 3 });
  expect(written).toEqual([
    '{"at":"2026-01-05T09:00:00.000Z","level":"warn","message":"two\\nlines","part":"bot","error":"TypeError: no","times":3}\n',
  ]);
});

test('what is logged deep inside of a request carries its id, also of two at the same time', async () => {
  const { lines, log } = openLog();
  const deep = async (say: string): Promise<void> => {
    await setImmediate();
    log('info', say);
  };
  await Promise.all([
    aboutRequest('M-AAAA', () => deep('first')),
    aboutRequest('M-BBBB', () => deep('second')),
    deep('nobody’s'),
  ]);
  expect(lines.map(({ message, requestId }) => [message, requestId])).toEqual([
    ['first', 'M-AAAA'],
    ['second', 'M-BBBB'],
    ['nobody’s', undefined],
  ]);
});

test('an id that the line names itself stands', () => {
  const { lines, log } = openLog();
  aboutRequest('M-AAAA', () => log('info', 'about another', { requestId: 'M-BBBB' }));
  expect(lines[0]).toMatchObject({ requestId: 'M-BBBB' });
});
