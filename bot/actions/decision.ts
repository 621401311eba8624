import type { Input } from '../../core/request/input.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { type Click, type Entitlement, entitlement, lookUp, type Person } from './entitlement.ts';

type Allowed = Extract<Entitlement, { may: true }>;

/** One person's decision on the waiting images that they may decide. */
export const decideAs = (
  deps: BotDeps,
  item: RequestItem,
  click: Click,
  input: (allowed: Allowed) => Input,
): Promise<ClickRefusal | undefined> => decideBy(deps, item, { click, entitle: entitlement, input });

export interface Decide {
  readonly click: Click;
  /** What the person may decide of the item as it stands now. */
  readonly entitle: (item: RequestItem, person: Person) => Entitlement;
  readonly input: (allowed: Allowed) => Input;
}

/**
 * One person's decision on what it entitles them to: checks (fail closed), one conditional write, doorbells.
 * Undefined = done; a refusal = nothing was changed, but for `unsure`.
 */
export async function decideBy(
  deps: BotDeps,
  item: RequestItem,
  { click, entitle, input }: Decide,
): Promise<ClickRefusal | undefined> {
  const deadline = deps.now() + CLICK_BUDGET_MS;
  const person = await lookUp(deps, item, click);
  if ('kind' in person) return person;
  const now = entitle(item, person);
  if (!now.may) return now.refusal;
  const changed = await deps.change({
    id: item.id,
    deadline,
    input: (read) => {
      const allowed = entitle(read, person);
      return allowed.may ? input(allowed) : undefined;
    },
  });
  switch (changed.kind) {
    case 'changed':
      await Promise.all([deps.bells.work(item.id), deps.bells.notify(item.id)]);
      return undefined;
    case 'refused': {
      const why = entitle(changed.item, person);
      return why.may ? { kind: 'decided', item: changed.item } : why.refusal;
    }
    case 'unsure':
      return { kind: 'unsure' };
    case 'missing':
      return { kind: 'unknown request' };
    default:
      return changed satisfies never;
  }
}
