import type { Log } from '../../core/log.ts';
import type { Mrkdwn } from '../messages/mrkdwn.ts';
import { message, section } from '../messages/blocks.ts';
import type { Slack } from './client.ts';

/**
 * Tells those who run the mirror what only they can mend. `kind` names the trouble: the same one is told once in ten
 * minutes, however many clicks meet it. Never rejects, and nothing waits for it.
 */
export type TellOps = (kind: string, text: Mrkdwn) => void;

export interface OpsLineDeps {
  readonly slack: Pick<Slack, 'post'>;
  /** Undefined = it is only logged. */
  readonly channel: string | undefined;
  readonly now: () => number;
  readonly log: Log;
}

const EVERY_MS = 10 * 60_000;
/** Kinds come from a small set of our own; more than these at once is a mistake of ours, and must not fill memory. */
const KINDS_MAX = 100;

export function opsLine({ channel, log, now, slack }: OpsLineDeps): TellOps {
  const told = new Map<string, number>();
  return (kind, text) => {
    const at = now();
    for (const [each, since] of told) if (since + EVERY_MS <= at) told.delete(each);
    if (channel === undefined || told.has(kind) || told.size >= KINDS_MAX) return;
    told.set(kind, at);
    const line = message(text, [section(text)]);
    slack
      .post({ channel, message: line, key: `ops#${kind}#${at}` })
      .then((answer) => {
        if (answer.kind === 'ok') return;
        // Told again by the next click that meets it.
        told.delete(kind);
        log('warn', 'the ops channel could not be told of a trouble', { kind, answer: answer.kind });
      })
      .catch((error: unknown) =>
        log('warn', 'the ops channel could not be told of a trouble', { kind, error }),
      );
  };
}
