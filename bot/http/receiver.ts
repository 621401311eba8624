import type { App, Receiver } from '@slack/bolt';
import type { Log } from '../../core/log.ts';
import { checkSignature } from './signature.ts';
import { isSslCheck, parseSlackBody } from './slack-body.ts';

/** One request of Slack's, from whatever server or runtime received it. */
export interface SlackRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}
export interface SlackAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export interface Receiving {
  /** What Slack gets, within its 3 s where the listener keeps its promise. Never rejects. */
  readonly answered: Promise<SlackAnswer>;
  /** When the listener has done all of it, also what comes after its acknowledgement. Never rejects. */
  readonly done: Promise<void>;
}

/** Bolt's receiver for signed HTTP, fed one request at a time: by a server, or by a function that is frozen in between. */
export interface HttpReceiver extends Receiver {
  receive(request: SlackRequest): Receiving;
  /** Seconds between this clock and the last rightly signed request that was refused for its time; undefined since a good one. */
  skewS(): number | undefined;
}

export interface HttpReceiverOptions {
  /**
   * The signing secrets that count; none = nobody has stored one yet. `fresh`: what is known did not fit, so look again
   * whether it was changed.
   */
  readonly secrets: (fresh: boolean) => Promise<readonly string[]>;
  readonly now: () => number;
  readonly log: Log;
}

export function httpReceiver(options: HttpReceiverOptions): HttpReceiver {
  const { log, now, secrets } = options;
  let app: App | undefined;
  let skewS: number | undefined;

  const receive = ({ body: bytes, headers }: SlackRequest): Receiving => {
    let answer: (given: SlackAnswer) => void = () => {};
    const answered = new Promise<SlackAnswer>((resolve) => {
      answer = resolve;
    });
    const done = process(bytes, headers, answer).catch((error: unknown) => {
      log('error', 'a request of Slack could not be answered', { error });
      answer(plain(500, 'It did not work; the log says why.'));
    });
    return { answered, done };
  };

  const process = async (
    bytes: Uint8Array,
    headers: SlackRequest['headers'],
    answer: (given: SlackAnswer) => void,
  ): Promise<void> => {
    const contentType = headers['content-type'];
    // It is not signed, and nothing is done for it.
    if (isSslCheck(contentType, bytes)) return answer(plain(200, ''));
    const refusal = await refusalOf(bytes, headers);
    if (refusal) return answer(refusal);
    const body = parseSlackBody(contentType, bytes);
    if (!body) return answer(final(400, 'The body is neither a form nor JSON.'));
    if (body['type'] === 'url_verification') return answer(json({ challenge: String(body['challenge']) }));
    if (!app) return answer(plain(503, 'It is just starting.'));
    let acknowledged = false;
    await app.processEvent({
      body: { ...body },
      ack: async (given: unknown) => {
        if (acknowledged) {
          log('warn', 'a listener acknowledged twice; Slack has the first answer');
          return;
        }
        acknowledged = true;
        answer(answerOf(given));
      },
      ...retryOf(headers),
    });
    if (!acknowledged)
      answer(final(404, 'Nobody here answers to this, or it went wrong: the log says which.'));
  };

  const refusalOf = async (
    body: Uint8Array,
    headers: SlackRequest['headers'],
  ): Promise<SlackAnswer | undefined> => {
    const signed = {
      body,
      timestamp: headers['x-slack-request-timestamp'],
      signature: headers['x-slack-signature'],
    };
    let known = await secrets(false);
    let check = checkSignature(signed, known, now());
    if (check === 'wrong') {
      known = await secrets(true);
      check = checkSignature(signed, known, now());
    }
    if (known.length === 0) {
      log('error', 'no signing secret is stored, so nothing of Slack can be believed', { fix: STORE });
      return plain(503, 'No signing secret is stored yet: npm run secrets:put');
    }
    if (check === 'good') {
      skewS = undefined;
      return undefined;
    }
    // What Slack has not signed says nothing about the clock.
    if (check === 'stale') {
      skewS = Math.round(now() / 1_000 - Number(signed.timestamp));
      log('error', 'a request of Slack is for another time', { secondsOff: skewS, fix: CLOCK });
    } else log('warn', 'a request was not signed by Slack', { check });
    return plain(401, REFUSALS[check]);
  };

  return {
    init: (given) => {
      app = given;
    },
    start: async () => {},
    stop: async () => {},
    receive,
    skewS: () => skewS,
  };
}

const STORE = 'npm run secrets:put stores what "Basic Information" of the app shows as its signing secret';
const CLOCK = 'if all of them are, set the clock of this machine by NTP; if one is, somebody sent it again';
const REFUSALS = {
  unsigned: 'It is not signed.',
  stale: 'It was signed more than five minutes ago, or for later: see to the clock.',
  wrong: 'It was not signed with the signing secret that is stored.',
} as const;

/** Text is a body of its own in Slack; nothing at all is an empty one. */
function answerOf(given: unknown): SlackAnswer {
  if (given === undefined || given === null || given === '') return plain(200, '');
  return typeof given === 'string' ? plain(200, given) : json(given);
}

const plain = (status: number, body: string): SlackAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});
/** Coming again would change nothing (docs.slack.dev/apis/events-api, "Error handling"). */
const final = (status: number, body: string): SlackAnswer => {
  const answer = plain(status, body);
  return { ...answer, headers: { ...answer.headers, 'x-slack-no-retry': '1' } };
};
const json = (body: unknown): SlackAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

/** Only events come again; a listener finds it in its context. */
function retryOf(headers: SlackRequest['headers']): {
  readonly retryNum?: number;
  readonly retryReason?: string;
} {
  const times = Number(headers['x-slack-retry-num']);
  if (!Number.isInteger(times) || times < 1) return {};
  const retryReason = headers['x-slack-retry-reason'];
  return { retryNum: times, ...(retryReason !== undefined && { retryReason }) };
}
