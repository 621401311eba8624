import type { Input } from '../../core/request/input.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import type { ClickRefusal } from '../messages/clicks.ts';

/** What a person's wish comes to on the item as it stands: an input, or why not. */
export type Wish = { readonly input: Input } | { readonly refusal: ClickRefusal };

/**
 * One conditional write for one person's wish, judged again on each item that is read, then the doorbells.
 * Undefined = done; a refusal = nothing was changed, but for `unsure`. `deadline` ends the tries of lost races.
 */
export async function changeAs(
  deps: BotDeps,
  item: RequestItem,
  wish: (item: RequestItem) => Wish,
  deadline = deps.now() + CLICK_BUDGET_MS,
): Promise<ClickRefusal | undefined> {
  const first = wish(item);
  if ('refusal' in first) return first.refusal;
  const changed = await deps.change({
    id: item.id,
    deadline,
    input: (read) => {
      const now = wish(read);
      return 'input' in now ? now.input : undefined;
    },
  });
  switch (changed.kind) {
    case 'changed':
      await Promise.all([deps.bells.work(item.id), deps.bells.notify(item.id)]);
      return undefined;
    case 'refused': {
      const why = wish(changed.item);
      if ('refusal' in why) return why.refusal;
      return changed.why === 'too many events' && why.input.kind === 'ask'
        ? { kind: 'enough asked' }
        : { kind: 'decided', item: changed.item };
    }
    case 'unsure':
      return { kind: 'unsure' };
    case 'missing':
      return { kind: 'unknown request' };
    default:
      return changed satisfies never;
  }
}
