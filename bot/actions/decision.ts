import type { Input } from '../../core/request/input.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import type { Sender } from '../sender.ts';
import { changeAs, type Wish } from './change-as.ts';
import { type Entitlement, entitlement, lookUp, type Person } from './entitlement.ts';

type Allowed = Extract<Entitlement, { may: true }>;

/** One person's decision on the waiting images that they may decide. */
export const decideAs = (
  deps: BotDeps,
  item: RequestItem,
  click: Sender,
  input: (allowed: Allowed) => Input,
): Promise<ClickRefusal | undefined> => decideBy(deps, item, { click, entitle: entitlement, input });

export interface Decide {
  readonly click: Sender;
  /** What the person may decide of the item as it stands now. */
  readonly entitle: (item: RequestItem, person: Person) => Entitlement;
  readonly input: (allowed: Allowed) => Input;
}

/** One person's decision on what it entitles them to: checks (fail closed), then as changeAs. */
export async function decideBy(
  deps: BotDeps,
  item: RequestItem,
  { click, entitle, input }: Decide,
): Promise<ClickRefusal | undefined> {
  const deadline = deps.now() + CLICK_BUDGET_MS;
  const person = await lookUp(deps, item, click);
  if ('kind' in person) return person;
  const wish = (read: RequestItem): Wish => {
    const allowed = entitle(read, person);
    return allowed.may ? { input: input(allowed) } : allowed;
  };
  return changeAs(deps, item, wish, deadline);
}
