import { describe, expect, test } from '@jest/globals';
import { coalesced } from '../../../../local/slack/page/refetch.ts';
import { formatRoute, parseRoute, routeOfPermalink } from '../../../../local/slack/page/route.ts';
import { commandOf, suggestCommands } from '../../../../local/slack/page/suggestions.ts';

describe('the address', () => {
  test('keeps person, channel and thread', () => {
    const route = { user: 'U1', channel: 'C1', thread: '1796116507.000100' };
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  test('leaves out what is missing or empty', () => {
    expect(parseRoute('#user=&channel=C1&x=y')).toEqual({ channel: 'C1' });
    expect(parseRoute('')).toEqual({});
  });
});

test.each([
  ['/archives/C1/p1796116507000100', { channel: 'C1', thread: '1796116507.000100' }],
  [
    '/archives/C1/p1796116508000200?thread_ts=1796116507.000100',
    { channel: 'C1', thread: '1796116507.000100' },
  ],
  ['/archives/C1', undefined],
  ['/elsewhere', undefined],
])('the permalink %s leads to %j', (path, expected) => {
  expect(routeOfPermalink(new URL(path, 'http://127.0.0.1'))).toEqual(expected);
});

describe('slash command suggestions', () => {
  const commands = ['/mirror', '/mirror-admin'].map((command) => ({
    command,
    description: '',
    usage_hint: '',
  }));
  test.each([
    ['/', ['/mirror', '/mirror-admin']],
    ['/mirr', ['/mirror', '/mirror-admin']],
    ['/mirror', ['/mirror-admin']],
    ['/mirror nginx', []],
    ['see /mirror', []],
    ['', []],
  ])('%j suggests %j', (draft, expected) => {
    expect(suggestCommands(draft, commands).map(({ command }) => command)).toEqual(expected);
  });

  test('a text is of the command that is its first word', () => {
    expect(commandOf('/mirror nginx', commands)?.command).toBe('/mirror');
    expect(commandOf('/mirrors nginx', commands)).toBeUndefined();
  });
});

describe('coalesced', () => {
  test('many calls during a run lead to one more run, begun after the last of them', async () => {
    const runs: (() => void)[] = [];
    const call = coalesced(() => new Promise<void>((resolve) => runs.push(resolve)));
    const answers = [call(), call(), call()];
    expect(runs).toHaveLength(1);
    runs[0]?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(runs).toHaveLength(2);
    runs[1]?.();
    await Promise.all(answers);
    expect(runs).toHaveLength(2);
    void call();
    expect(runs).toHaveLength(3);
  });
});
