import { isObject, type JsonObject, parseJson } from '../json-object.ts';
import type { Ack, EnvelopeType } from '../socket/socket-mode.ts';
import { type Signer, type SignedPost, signedPost } from './signed-post.ts';

export interface HttpDeliveryOptions extends Signer {
  readonly ackDeadlineMs: number;
}

export interface HttpDelivery {
  /** To the request URL; where there is none nobody is there. */
  send(type: EnvelopeType, payload: JsonObject): Promise<Ack>;
  /** The app's request URL from now on; undefined takes it away. */
  to(url: string | undefined): void;
  readonly url: string | undefined;
  /** The last 200 requests, oldest first: what a proxy or an eavesdropper could send again. */
  readonly posts: readonly SignedPost[];
}

const postsKept = 200;

/**
 * Slack's side of HTTP: one signed request, 3 s for its answer. An event that is not taken comes once more at once, with
 * what went wrong before (Slack's second and third times, a minute and five later, are not played).
 * https://docs.slack.dev/apis/events-api#error-handling
 */
export function openHttpDelivery(options: HttpDeliveryOptions): HttpDelivery {
  const posts: SignedPost[] = [];
  let target: string | undefined;

  const post = async (sent: SignedPost, url: string): Promise<Answer> => {
    posts.push(sent);
    if (posts.length > postsKept) posts.shift();
    const signal = AbortSignal.timeout(options.ackDeadlineMs);
    try {
      const response = await fetch(url, { method: 'POST', headers: sent.headers, body: sent.body, signal });
      // An answer is there with its last byte.
      return { response, text: await response.text() };
    } catch {
      return signal.aborted ? 'http_timeout' : 'connection_failed';
    }
  };

  return {
    get url() {
      return target;
    },
    to: (url) => {
      target = url;
    },
    posts,
    send: async (type, payload) => {
      if (target === undefined) return { kind: 'no_app' };
      let answer = await post(signedPost(options, type, payload), target);
      const again = type === 'events_api' ? whyAgain(answer) : undefined;
      if (again !== undefined) {
        const second = signedPost(options, type, payload);
        const headers = { ...second.headers, 'x-slack-retry-num': '1', 'x-slack-retry-reason': again };
        answer = await post({ ...second, headers }, target);
      }
      if (answer === 'http_timeout') return { kind: 'timeout' };
      if (answer === 'connection_failed' || !answer.response.ok) return { kind: 'no_app' };
      return { kind: 'acked', payload: said(answer.text) };
    },
  };
}

type Answer = { readonly response: Response; readonly text: string } | 'http_timeout' | 'connection_failed';

function whyAgain(answer: Answer): string | undefined {
  if (typeof answer === 'string') return answer;
  const { headers, ok } = answer.response;
  return ok || headers.get('x-slack-no-retry') === '1' ? undefined : 'http_error';
}

/** A text that is no JSON is a message's text, as the ack of a socket would have it. */
function said(text: string): JsonObject {
  if (text === '') return {};
  const parsed = parseJson(text);
  return isObject(parsed) ? parsed : { text };
}
