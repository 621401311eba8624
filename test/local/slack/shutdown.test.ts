import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { startSlack } from '../../../local/slack/start.ts';
import { boltApp, webClient } from './with-bolt.ts';

const run = promisify(execFile);

/** A whole process with stand-in and app that takes both down in the given order and must then end by itself. */
const script = (ending: string) => `
  import { startSlack } from './local/slack/start.ts';
  import { boltApp } from './test/local/slack/with-bolt.ts';
  const slack = await startSlack();
  const app = boltApp(slack);
  await app.start();
  await slack.connected();
  ${ending}
  console.log('closed');
`;

test.each([
  ['the app first', 'await app.stop(); await slack.close();'],
  ['the stand-in first', 'await slack.close(); await app.stop();'],
  ['both at once', 'await Promise.all([app.stop(), slack.close()]);'],
])(
  'a process ends by itself after closing %s, without an error',
  async (_order, ending) => {
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script(ending)];
    // The client's reconnect loop would keep the process alive: the time limit is what fails then.
    const { stdout, stderr } = await run(process.execPath, args, { timeout: 15_000, killSignal: 'SIGKILL' });
    expect({ stdout, stderr }).toEqual({ stdout: 'closed\n', stderr: '' });
  },
  20_000,
);

test('an app that never says goodbye does not keep the stand-in from closing', async () => {
  const slack = await startSlack();
  const { url = '' } = await webClient(slack, slack.appToken).apps.connections.open({});
  const deaf = new WebSocket(url, { autoPong: false });
  await slack.connected();
  deaf.pause();
  await slack.close();
  deaf.terminate();
});

test('a socket address works once', async () => {
  const slack = await startSlack();
  try {
    const { url = '' } = await webClient(slack, slack.appToken).apps.connections.open({});
    const first = new WebSocket(url);
    const hello = await new Promise<string>((resolve) =>
      first.once('message', (data) => resolve(String(data))),
    );
    expect(JSON.parse(hello)).toMatchObject({ type: 'hello', num_connections: 1 });
    const again = new WebSocket(url);
    const outcome = await new Promise<unknown>((resolve) => {
      again.once('error', resolve);
      again.once('open', () => resolve('open'));
    });
    again.terminate();
    expect(outcome).toMatchObject({ message: expect.stringContaining('401') });
    first.close();
  } finally {
    await slack.close();
  }
});

test('a second stand-in on the same port is refused with EADDRINUSE', async () => {
  const slack = await startSlack();
  try {
    const port = Number(new URL(slack.url).port);
    await expect(startSlack({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  } finally {
    await slack.close();
  }
});

test('an app that is asked to refresh its socket closes it properly', async () => {
  const slack = await startSlack();
  const app = boltApp(slack);
  await app.start();
  await slack.connected();
  slack.refreshSockets();
  // The client comes again after its own pause of five seconds: here only that the old socket is gone counts.
  await slack.disconnected();
  await app.stop();
  await slack.close();
});
