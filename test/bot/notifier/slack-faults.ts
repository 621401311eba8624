import type { IncomingMessage } from 'node:http';
import type { Fault } from '../../../local/faults.ts';
import type { Stage } from '../stage.ts';

/** Requests of one Web API method. */
export const api =
  (method: string) =>
  ({ url }: Pick<IncomingMessage, 'url'>): boolean =>
    url === `/api/${method}`;

/** Slack's own "no", instead of doing it. */
export const answer = (method: string, error: string, more: object = {}): Fault => ({
  kind: 'status',
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ ok: false, error, ...more }),
  match: api(method),
});

/** How often a method was really called. */
export const called = (stage: Stage, method: string): number =>
  stage.slack.calls.filter((call) => call.method === method).length;
