import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Listening, listen, readBody } from '../../../local/server.ts';
import { type SlackStandIn, startSlack } from '../../../local/slack/start.ts';
import { type Person, person, textOf, transcript } from '../../integration/person.ts';

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface Given {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The stand-in posts to an app that only writes down what it got. */
let slack: SlackStandIn;
let app: Listening;
let alice: Person;
let got: Got[];
let answers: (Given | 'never')[];
const NOW = 1_800_000_000_000;

beforeEach(async () => {
  got = [];
  answers = [];
  slack = await startSlack({ now: () => NOW, ackDeadlineMs: 700 });
  app = await listen(async (request, response) => {
    got.push({ headers: request.headers, body: (await readBody(request)).toString('utf8') });
    const answer = answers.shift() ?? {};
    if (answer === 'never') return;
    response.writeHead(answer.status ?? 200, { ...answer.headers });
    response.end(answer.body ?? '');
  });
  slack.requestUrl(`${app.origin}/slack/events`);
  alice = person(slack, slack.people.requester);
});
afterEach(async () => {
  await slack.close();
  await app.close();
});

const headers = (at: number, ...names: readonly string[]) => names.map((name) => got[at]?.headers[name]);

describe('over HTTP the stand-in', () => {
  test('signs what it sends, a command as a form', async () => {
    await alice.command('/mirror nginx:1.21 <x> & "y"');
    const [timestamp, signature, type] = headers(
      0,
      'x-slack-request-timestamp',
      'x-slack-signature',
      'content-type',
    );
    const body = got[0]?.body ?? '';
    const hash = createHmac('sha256', slack.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    expect([timestamp, signature, type]).toEqual([
      String(NOW / 1_000),
      `v0=${hash}`,
      'application/x-www-form-urlencoded',
    ]);
    expect(new URLSearchParams(body).get('text')).toBe('nginx:1.21 <x> & "y"');
  });

  test('shows the answer to a command, as text or as a message, and nothing for nothing', async () => {
    answers = [{ body: 'plain' }, { body: '{"text":"said","response_type":"in_channel"}' }, {}];
    await alice.command('/mirror a');
    await alice.command('/mirror b');
    await alice.command('/mirror c');
    expect(await alice.whispers()).toEqual(['plain']);
    expect((await transcript(slack)).messages.map(textOf)).toEqual(['said']);
  });

  test('tells the person in its words what does not come back in time, or is no success', async () => {
    answers = ['never', { status: 500 }];
    expect(await alice.command('/mirror a')).toMatchObject({ ok: false, error: 'operation_timeout' });
    expect(await alice.command('/mirror a')).toMatchObject({ ok: false, error: 'dispatch_failed' });
  });

  test('sends an event again, once and at once, with what went wrong', async () => {
    slack.change({ kind: 'joined', channel: slack.channels.mirror, user: slack.botUser });
    for (const [answer, reason] of [
      [{ status: 500 }, 'http_error'],
      ['never', 'http_timeout'],
    ] as const) {
      got = [];
      answers = [answer, {}];
      await alice.say('@mirror help');
      expect(got).toHaveLength(2);
      expect(headers(0, 'x-slack-retry-num')).toEqual([undefined]);
      expect(headers(1, 'x-slack-retry-num', 'x-slack-retry-reason', 'content-type')).toEqual([
        '1',
        reason,
        'application/json',
      ]);
      expect(got[1]?.body).toBe(got[0]?.body);
    }
  });

  test('does not send it again where it is taken, or where the app says so', async () => {
    slack.change({ kind: 'joined', channel: slack.channels.mirror, user: slack.botUser });
    answers = [{}, { status: 404, headers: { 'x-slack-no-retry': '1' } }];
    await alice.say('@mirror help');
    await alice.say('@mirror help');
    expect(got).toHaveLength(2);
  });
});
