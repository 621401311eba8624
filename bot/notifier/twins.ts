import type { Doubled, NotifierState } from '../../core/request/notifier-state.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { isOutOfSight } from '../slack/errors.ts';
import type { NotifierDeps, Step } from './deps.ts';
import { write } from './write.ts';

/** Soon, and once more later: the looks are bounded. */
const LOOKS = 2;
/** An outage leaves one doubt a request; more than these are not kept in mind. */
const DOUBLED_MAX = 10;

/** Keeps in mind that a line may be there twice, because it was said again after doubt. */
export function mayBeDoubled(
  { now, timing }: Pick<NotifierDeps, 'now' | 'timing'>,
  notifier: NotifierState,
  said: Omit<Doubled, 'look' | 'at'>,
): Pick<NotifierState, 'doubled'> {
  const others = (notifier.doubled ?? []).filter(({ key }) => key !== said.key);
  const at = now() + timing.twinFirstLookMs;
  return { doubled: [...others, { ...said, look: 0, at }].slice(-DOUBLED_MAX) };
}

/** The line to be looked for now, if there is one. */
export const doubledNow = ({ notifier }: RequestItem, now: number): Doubled | undefined =>
  notifier.doubled?.find(({ at }) => at <= now);

/**
 * Looks whether Slack applied the first post after all, and takes the later of the two away: never the card that the item
 * points to. Running it twice, or in two processes, takes the same ones away.
 */
export async function sweepTwin(deps: NotifierDeps, item: RequestItem, doubled: Doubled): Promise<Step> {
  const { channel, key } = doubled;
  const requestId = item.id;
  const found = await deps.slack.findAll(doubled, key);
  const blind = found.kind === 'refused' && isOutOfSight(found.code);
  const twins =
    found.kind === 'ok' ? found.value.filter((ts) => ts !== keptOf(item, doubled, found.value)) : [];
  let gone = true;
  for (const ts of twins) {
    const removed = await deps.slack.remove(channel, ts);
    if (removed.kind === 'ok')
      deps.log('info', 'a line that was there twice was taken away', { requestId, key, ts });
    else if (removed.kind !== 'refused') gone = false;
    else if (removed.code !== 'message_not_found') {
      deps.log('warn', 'a line that is there twice cannot be taken away', {
        requestId,
        key,
        code: removed.code,
      });
    }
  }
  const unsure = !blind && (found.kind !== 'ok' || !gone);
  return write(
    deps,
    item,
    lookedFor(item.notifier, doubled, { nextAt: deps.now() + deps.timing.twinLastLookMs, unsure }),
  );
}

/** The one that stays: the card that people are led to, else the first that was there; none where ours stands elsewhere. */
function keptOf(item: RequestItem, { ts, elsewhere }: Doubled, found: readonly string[]): string | undefined {
  if (elsewhere) return undefined;
  const card = item.notifier.card?.ts;
  if (card !== undefined && (card === ts || found.includes(card))) return card;
  return found[0];
}

interface Looked {
  /** Of the next look, if there is one. */
  readonly nextAt: number;
  /** Slack did not tell, or did not do it. */
  readonly unsure: boolean;
}

/** The next look, or none. One that brought no answer is made up for once: the looks are bounded whatever happens. */
function lookedFor(
  { doubled = [], ...rest }: NotifierState,
  done: Doubled,
  { nextAt, unsure }: Looked,
): NotifierState {
  const look = done.look + 1;
  const more = look < (unsure ? LOOKS + 1 : LOOKS);
  const left = doubled.flatMap((each) => {
    if (each.key !== done.key) return [each];
    return more ? [{ ...each, look, at: nextAt }] : [];
  });
  return left.length > 0 ? { ...rest, doubled: left } : rest;
}
