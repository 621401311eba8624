import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import { inTime } from '../in-time.ts';
import type { CancelAnswer } from '../messages/cancelled.ts';
import { hasSay, lookUp } from './entitlement.ts';
import { readRequest } from './click.ts';

export interface Cancelling {
  readonly user: string;
  readonly workspace: string;
  /** As typed or carried by a button. */
  readonly id: string;
  readonly reason?: string;
}

/**
 * Takes a request back: for its requester, and for whoever may decide one of its images. What is being tagged already is
 * not taken back any more; decided on the item as it stands.
 */
export async function cancelAs(deps: BotDeps, given: Cancelling): Promise<CancelAnswer> {
  const unsure = { kind: 'unsure', id: given.id } as const;
  try {
    return await inTime<CancelAnswer>(cancel(deps, given), CLICK_BUDGET_MS, unsure);
  } catch (error) {
    deps.log('error', 'a cancel may not have been recorded', { requestId: given.id, error });
    return unsure;
  }
}

async function cancel(deps: BotDeps, { id, reason, user, workspace }: Cancelling): Promise<CancelAnswer> {
  const deadline = deps.now() + CLICK_BUDGET_MS;
  const read = await readRequest(deps, id);
  if ('kind' in read) return read.kind === 'not read' ? { kind: 'not read', id } : { kind: 'unknown', id };
  const { item } = read;
  if (item.workspace !== workspace) return { kind: 'unknown', id };
  const no = user === item.requester ? undefined : await refusalOf(deps, item, { user, workspace });
  if (no) return no;
  const because = reason === undefined ? {} : { reason };
  const changed = await deps.change({
    id: item.id,
    deadline,
    input: () => ({ kind: 'cancel', by: user, ...because }),
  });
  switch (changed.kind) {
    case 'changed':
      await Promise.all([deps.bells.work(item.id), deps.bells.notify(item.id)]);
      return { kind: 'cancelled', item: changed.item };
    case 'refused':
      return { kind: 'too late', item: changed.item };
    case 'unsure':
      return { kind: 'unsure', id };
    case 'missing':
      return { kind: 'unknown', id };
    default:
      return changed satisfies never;
  }
}

async function refusalOf(
  deps: BotDeps,
  item: RequestItem,
  click: { readonly user: string; readonly workspace: string },
): Promise<CancelAnswer | undefined> {
  const person = await lookUp(deps, item, click);
  if ('kind' in person) return { kind: person.kind === 'not checked' ? 'not checked' : 'not yours', item };
  if (imagesOf(item).some(([, image]) => hasSay(item, image, person))) return undefined;
  return { kind: person.groupsUnknown ? 'not checked' : 'not yours', item };
}
