import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { httpApp } from '../../../bot/http/http-app.ts';
import { type HttpReceiver, httpReceiver, type SlackAnswer } from '../../../bot/http/receiver.ts';
import { sign } from '../../../bot/http/signature.ts';

const NOW = 1_800_000_000_000;
const SECRET = 'aaaabbbbccccddddaaaabbbbccccdddd';
const FORM = 'application/x-www-form-urlencoded';

let secrets: readonly string[];
/** What the secret is found to be when it is looked at again. */
let fresh: readonly string[] | undefined;
let looks: boolean[];
let lines: string[];
let receiver: HttpReceiver;
let app: App;

beforeEach(async () => {
  secrets = [SECRET];
  fresh = undefined;
  looks = [];
  lines = [];
  receiver = httpReceiver({
    secrets: async (again) => {
      looks.push(again);
      if (again && fresh) secrets = fresh;
      return secrets;
    },
    now: () => NOW,
    log: (level, message, fields) => lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
  });
  app = httpApp({ receiver, botToken: async () => 'xoxb-1', timeoutMs: 1_000, log: () => {} });
  await app.init();
});
afterEach(() => {
  // No line may hold what came in the body.
  expect(lines.join('\n')).not.toContain('canary');
});

interface Sent {
  readonly type?: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds before now that it is signed for. */
  readonly ago?: number;
}

function send(body: string, { type = FORM, secret = SECRET, headers = {}, ago = 0 }: Sent = {}) {
  const timestamp = String(NOW / 1_000 - ago);
  return receiver.receive({
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(secret, timestamp, Buffer.from(body)),
      ...headers,
    },
    body: Buffer.from(body),
  });
}
const answerTo = async (body: string, sent?: Sent): Promise<SlackAnswer> => send(body, sent).answered;

const command = (text: string): string =>
  new URLSearchParams({
    command: '/mirror',
    text,
    team_id: 'T1',
    user_id: 'U1',
    channel_id: 'C1',
    trigger_id: '1.canary',
  }).toString();

describe('a command', () => {
  test('is answered with what the listener acknowledges: a message as JSON, a text as text, nothing as nothing', async () => {
    const answers: unknown[] = [{ text: 'one', response_type: 'ephemeral' }, 'two', undefined];
    app.command('/mirror', async ({ ack }) => {
      const next = answers.shift();
      await (next === undefined ? ack() : ack(next as string));
    });
    expect(await answerTo(command('a'))).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: '{"text":"one","response_type":"ephemeral"}',
    });
    expect(await answerTo(command('a'))).toMatchObject({ status: 200, body: 'two' });
    expect(await answerTo(command('a'))).toMatchObject({ status: 200, body: '' });
  });

  test('comes as it was typed, and also with a content type that a proxy has added to', async () => {
    const texts: string[] = [];
    app.command('/mirror', async ({ ack, command: { text } }) => {
      texts.push(text);
      await ack();
    });
    const typed = 'nginx:1.21 – "ünï" <x> & +%';
    await answerTo(command(typed));
    await answerTo(command(typed), { type: `${FORM}; charset=utf-8` });
    expect(texts).toEqual([typed, typed]);
  });

  test('is answered at its acknowledgement, and done when the listener is', async () => {
    let finish: () => void = () => {};
    const rest = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const order: string[] = [];
    app.command('/mirror', async ({ ack }) => {
      await ack('first');
      await rest;
      order.push('listener');
    });
    const { answered, done } = send(command('a'));
    expect((await answered).body).toBe('first');
    expect(order).toEqual([]);
    finish();
    await done;
    expect(order).toEqual(['listener']);
  });

  test('that nobody listens to, or whose listener goes wrong, is no success', async () => {
    expect((await answerTo(command('a'))).status).toBe(404);
    app.error(async () => {});
    app.command('/mirror', async () => {
      throw new Error('broken');
    });
    expect((await answerTo(command('a'))).status).toBe(404);
  });

  test('a second acknowledgement changes nothing', async () => {
    app.command('/mirror', async ({ ack }) => {
      await ack('first');
      await ack('second');
    });
    const { answered, done } = send(command('a'));
    await done;
    expect((await answered).body).toBe('first');
    expect(lines.join()).toContain('acknowledged twice');
  });
});

describe('interactions and events', () => {
  test('a click comes out of its form', async () => {
    const values: unknown[] = [];
    app.action('approve', async ({ ack, action }) => {
      values.push('value' in action ? action.value : undefined);
      await ack();
    });
    const payload = {
      type: 'block_actions',
      user: { id: 'U1' },
      team: { id: 'T1' },
      actions: [{ type: 'button', action_id: 'approve', value: 'M-1' }],
    };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    expect((await answerTo(body)).status).toBe(200);
    expect(values).toEqual(['M-1']);
  });

  test('an event is acknowledged at once, and knows that it came again', async () => {
    const seen: unknown[] = [];
    app.event('app_home_opened', async ({ context }) => {
      seen.push([context.retryNum, context.retryReason, context.botUserId]);
    });
    const event = {
      type: 'event_callback',
      team_id: 'T1',
      event: { type: 'app_home_opened', user: 'U1', channel: 'D1', tab: 'home' },
      authorizations: [{ user_id: 'UBOT', is_bot: true }],
    };
    const headers = { 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_timeout' };
    const { answered, done } = send(JSON.stringify(event), { type: 'application/json', headers });
    expect(await answered).toMatchObject({ status: 200, body: '' });
    await done;
    expect(seen).toEqual([[2, 'http_timeout', 'UBOT']]);
  });

  test('Slack’s question whether the address is ours is answered, once it is signed', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: '3eZb' });
    expect(await answerTo(body, { type: 'application/json' })).toMatchObject({
      status: 200,
      body: '{"challenge":"3eZb"}',
    });
    expect((await answerTo(body, { type: 'application/json', secret: 'x'.repeat(32) })).status).toBe(401);
  });

  test('Slack’s look whether anybody is there needs no signature, and reaches nobody', async () => {
    let called = 0;
    app.command('/mirror', async ({ ack }) => {
      called += 1;
      await ack();
    });
    const unsigned = { 'x-slack-signature': '' };
    expect((await answerTo('ssl_check=1&token=canary', { headers: unsigned })).status).toBe(200);
    expect(
      (await answerTo(`${command('a')}&ssl_check=1&pad=${'x'.repeat(2_000)}`, { headers: unsigned })).status,
    ).toBe(401);
    expect(called).toBe(0);
  });
});

describe('what is not Slack’s', () => {
  test.each([
    ['no signature', { headers: { 'x-slack-signature': '' } }],
    [
      'the signature of another body',
      { headers: { 'x-slack-signature': sign(SECRET, String(NOW / 1_000), Buffer.from('x')) } },
    ],
    ['another time beside it', { headers: { 'x-slack-request-timestamp': String(NOW / 1_000 - 1) } }],
    ['another secret', { secret: 'x'.repeat(32) }],
    ['signed six minutes ago', { ago: 360 }],
    ['signed for tomorrow', { ago: -86_400 }],
  ])('is refused before anything is done: %s', async (_name, sent: Sent) => {
    let called = 0;
    app.command('/mirror', async () => {
      called += 1;
    });
    expect((await answerTo(command('canary'), sent)).status).toBe(401);
    expect(called).toBe(0);
  });

  test('a signed body that is neither form nor JSON is a mistake that coming again does not mend', async () => {
    for (const body of ['{', '[]', '"text"', 'null']) {
      const answer = await answerTo(body, { type: 'application/json' });
      expect([answer.status, answer.headers['x-slack-no-retry']]).toEqual([400, '1']);
    }
    expect((await answerTo('payload=canary')).status).toBe(400);
  });

  test('names of fields that JavaScript keeps for itself change nothing', async () => {
    const body = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"type":"x"}';
    await answerTo(body, { type: 'application/json' });
    expect(Object.entries({}).length).toBe(0);
    expect('polluted' in {}).toBe(false);
  });
});

test('a clock that is six minutes off is told by its seconds, until a request is good again', async () => {
  app.command('/mirror', async ({ ack }) => ack());
  expect(receiver.skewS()).toBeUndefined();
  await answerTo(command('a'), { ago: 361 });
  expect(receiver.skewS()).toBe(361);
  expect(lines.join()).toContain(
    'error a request of Slack is for another time {"secondsOff":361,"fix":"if all of them',
  );
  await answerTo(command('a'), { headers: { 'x-slack-signature': '' } });
  await answerTo(command('a'), { secret: 'x'.repeat(32) });
  expect(receiver.skewS()).toBe(361);
  await answerTo(command('a'));
  expect(receiver.skewS()).toBeUndefined();
});

describe('secrets', () => {
  test('while none is stored everything is 503, and the log says how to store them', async () => {
    secrets = [];
    expect((await answerTo(command('a'))).status).toBe(503);
    expect((await answerTo(command('a'), { headers: { 'x-slack-signature': '' } })).status).toBe(503);
    expect(lines.join()).toContain('npm run secrets:put');
  });

  test('one that does not fit is looked at again, so that a change counts at once', async () => {
    fresh = ['n'.repeat(32)];
    app.command('/mirror', async ({ ack }) => ack('new'));
    expect((await answerTo(command('a'), { secret: 'n'.repeat(32) })).body).toBe('new');
    expect(looks).toEqual([false, true]);
    expect((await answerTo(command('a'), { secret: 'n'.repeat(32) })).body).toBe('new');
    expect(looks).toEqual([false, true, false]);
  });

  test('what is unsigned or stale makes nobody look', async () => {
    await answerTo(command('a'), { headers: { 'x-slack-signature': '' } });
    await answerTo(command('a'), { ago: 301 });
    expect(looks).toEqual([false, false]);
  });

  test('where they cannot be read Slack is told that it did not work, and the log why', async () => {
    receiver = httpReceiver({
      secrets: async () => {
        throw new Error('no answer');
      },
      now: () => NOW,
      log: (_level, message) => lines.push(message),
    });
    expect((await answerTo(command('a'))).status).toBe(500);
    expect(lines).toEqual(['a request of Slack could not be answered']);
  });
});
