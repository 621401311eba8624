import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from '@jest/globals';
import { type LocalClient, localClient } from '../../local/slack/local-client.ts';
import type { Transcript } from '../../local/slack/local-api.ts';
import { repliesOf, textOf } from './person.ts';

interface Places {
  readonly slack: string;
  readonly upstream: string;
  readonly registry: string;
  readonly channel: string;
  readonly people: { readonly requester: string; readonly approver: string };
}
interface Running {
  readonly process: ChildProcess;
  readonly places: Places;
  readonly client: LocalClient;
}

const folders: string[] = [];
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Where in a request the whole of `npm run local` is killed: when the channel first shows this. */
const MOMENTS: readonly (readonly [string, string, (state: Transcript) => boolean])[] = [
  ['right after the command', 'busybox:1.36', () => true],
  ['when the card is there', 'busybox:1.36', (state) => card(state) !== undefined],
  [
    'right after the approval',
    'busybox:1.36',
    (state) => replies(state).length > 0 || says(state, 'Approved by'),
  ],
  ['while bytes move', 'nginx:1.21-alpine', (state) => says(state, 'copying,')],
  ['when the tag stands', 'busybox:1.36', (state) => says(state, '✓ in ECR')],
  ['when the copy is told', 'busybox:1.36', (state) => replies(state).length > 1],
];

/** And at a moment nobody chose: the title says which, so that it can be tried again. */
const chance = (): readonly [string, string, (state: Transcript) => boolean] => {
  const changes = Math.floor(Math.random() * 7);
  let seen = 0;
  return [`after ${changes} changes of the workspace`, 'busybox:1.36', () => seen++ >= changes];
};

/** `npm run test:long` makes it 20: some moments are rare. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 1);
const all = Array.from({ length: ROUNDS }, () => [...MOMENTS, chance(), chance()]).flat();

test.each(all)(
  'killed %s and started again, a request for %s finishes and each line is there once',
  async (_name, image, moment) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'mirror-kill-'));
    folders.push(dataDir);
    const first = await start(dataDir);
    const { channel, people } = first.places;
    const text = `/mirror ${image}`;
    await first.client.command({ user: people.requester, channel, text });
    await drive(first, moment);
    first.process.kill('SIGKILL');
    await once(first.process);

    const second = await start(dataDir);
    expect(second.places).toEqual(first.places);
    await drive(second, (state) => replies(state).some((line) => line.includes('Scan of')));
    const state = await second.client.transcript(channel);
    const [approvedLine, copied, scanned, ...more] = replies(state);
    expect(approvedLine).toBe(`Approved by <@${people.approver}>.\nFor <@${people.requester}>`);
    expect(copied).toContain('docker pull');
    expect(scanned).toContain('Scan of');
    expect(more).toEqual([]);
    expect(state.messages.filter((message) => textOf(message).includes(image))).toHaveLength(1);
    second.process.kill('SIGTERM');
    expect(await once(second.process)).toBe(0);
  },
  120_000,
);

/**
 * Approves as soon as that can be done, again where the answer was "not sure", and looks at each change until the moment
 * has come.
 */
async function drive({ client, places }: Running, until: (state: Transcript) => boolean): Promise<void> {
  let answers = -1;
  const stop = new AbortController();
  const events = await fetch(new URL('_local/events', places.slack), { signal: stop.signal });
  const reader = events.body?.getReader();
  try {
    for (;;) {
      const state = await client.transcript(places.channel);
      if (until(state)) return;
      const waiting = card(state);
      const { approver } = places.people;
      const heard = state.ephemerals.filter(({ user }) => user === approver).length;
      if (waiting && textOf(waiting).includes('waiting for') && heard > answers) {
        answers = heard;
        await client.click({ user: approver, channel: places.channel, ts: waiting.ts, action_id: 'approve' });
        continue;
      }
      await reader?.read();
    }
  } finally {
    stop.abort();
  }
}

const card = (state: Transcript) => state.messages.find(({ metadata }) => metadata !== undefined);
const replies = (state: Transcript): readonly string[] => {
  const found = card(state);
  return found ? repliesOf(found) : [];
};
const says = (state: Transcript, text: string): boolean => {
  const found = card(state);
  return found !== undefined && textOf(found).includes(text);
};

async function start(dataDir: string): Promise<Running> {
  const child = spawn(process.execPath, ['local/run.js', '--json', '--port', '0', '--data', dataDir], {
    stdio: ['ignore', 'pipe', process.env['LOG'] ? 'inherit' : 'ignore'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const places: Places = JSON.parse(line);
    return { process: child, places, client: localClient(places.slack) };
  }
  throw new Error('npm run local ended before it was ready');
}

const once = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code));
  });
