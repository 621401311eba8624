import type { NotifierState } from '../../core/request/notifier-state.ts';
import { withoutTried } from './write.ts';

/** The card is gone and somebody has to decide by it: the next look posts it anew, where it can stand. */
export function withoutCard(notifier: NotifierState): NotifierState {
  const { card: _, shown: __, shownBytes: ___, ...rest } = withoutTried(notifier);
  return { ...rest, lost: (notifier.lost ?? 0) + 1 };
}
