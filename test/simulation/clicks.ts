import { mayAsk } from '../../bot/actions/ask.ts';
import { mayBreak } from '../../bot/actions/break-glass.ts';
import { changeAs, type Wish } from '../../bot/actions/change-as.ts';
import { decideAs, decideBy } from '../../bot/actions/decision.ts';
import { type Person, lookUp } from '../../bot/actions/entitlement.ts';
import { releaseEntitlement } from '../../bot/actions/release-entitlement.ts';
import { wishOf } from '../../bot/actions/review.ts';
import type { BotDeps } from '../../bot/deps.ts';
import type { ClickRefusal } from '../../bot/messages/clicks.ts';
import { reviewAt } from '../../core/config/reminders.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';

/** Who may decide by the rules of the simulation; the last one only once it was escalated. */
export const APPROVERS = ['U01', 'U02', 'U03', 'U04'] as const;

/** What people do, by the event that it leads to. */
export type ClickType =
  | 'approved'
  | 'denied'
  | 'cancelled'
  | 'retried'
  | 'released'
  | 'left'
  | 'brokeGlass'
  | 'reviewed'
  | 'asked';

/** What somebody was told of a click. */
export interface Told {
  readonly request: string;
  readonly user: string;
  readonly type: ClickType;
  /** `begun`: the bot died before it said anything. */
  readonly answer: 'yes' | 'no' | 'unsure' | 'begun';
}

interface Click {
  readonly id: string;
  readonly user: string;
  readonly type: ClickType;
}

/** One click as the bot's listeners make it, without Slack's payload; undefined = the request is not there. */
export async function act(deps: BotDeps, click: Click): Promise<Told['answer'] | undefined> {
  const item = await deps.requests.get(click.id);
  if (!item) return undefined;
  return answerOf(await refusalOf(deps, item, click));
}

const answerOf = (refusal: ClickRefusal | undefined): Told['answer'] => {
  if (refusal === undefined) return 'yes';
  return refusal.kind === 'unsure' ? 'unsure' : 'no';
};

async function refusalOf(
  deps: BotDeps,
  item: RequestItem,
  { type, user }: Click,
): Promise<ClickRefusal | undefined> {
  const { config, configHash } = deps;
  const sender = { user, workspace: item.workspace };
  const reason = 'a reason that can be judged';
  const as = async (wish: (now: RequestItem, person: Person) => Wish): Promise<ClickRefusal | undefined> => {
    const person = await lookUp(deps, item, sender);
    return 'kind' in person ? person : changeAs(deps, item, (now) => wish(now, person));
  };
  switch (type) {
    case 'approved':
      return decideAs(deps, item, sender, ({ images }) => ({
        kind: 'approve',
        by: user,
        images,
        configHash,
      }));
    case 'denied':
      return decideAs(deps, item, sender, ({ images }) => ({ kind: 'deny', by: user, images, reason }));
    case 'released':
    case 'left': {
      const [image] = imagesOf(item).find(([, { state }]) => state === 'held') ?? ['1'];
      return decideBy(deps, item, {
        click: sender,
        entitle: releaseEntitlement(image, deps.now),
        input: ({ images }) =>
          type === 'released'
            ? { kind: 'release', by: user, images, reason, configHash }
            : { kind: 'leave', by: user, images, reason },
      });
    }
    case 'brokeGlass':
      return as((now, person) => {
        const may = mayBreak(now, person, deps.now());
        if ('kind' in may) return { refusal: may };
        const at = reviewAt(config.hours, deps.now());
        return { input: { kind: 'breakGlass', by: user, ...may, reason, configHash, reviewAt: at } };
      });
    case 'reviewed':
      return as(wishOf);
    case 'asked':
      return as((now, person) => {
        const may = mayAsk(now, person, deps.now());
        if ('kind' in may) return { refusal: may };
        return { input: { kind: 'ask', by: user, images: may.images, question: 'why?' } };
      });
    case 'cancelled':
      return as(() => ({ input: { kind: 'cancel', by: user } }));
    case 'retried':
      return as(() => ({ input: { kind: 'retry', by: user } }));
    default:
      return type satisfies never;
  }
}
