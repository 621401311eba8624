import type { RequestEvent } from '../../core/request/event.ts';
import type { Image } from '../../core/request/image.ts';
import { approversNow } from '../../core/request/policy.ts';
import type { People } from '../../core/request/recorded-rule.ts';
import { releasersOf } from '../../core/request/releasing.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { IDS } from '../ids.ts';
import { peopleOf, together } from './approvers.ts';
import { askerOf } from './asker.ts';
import { actions, type Message, message, plain, section } from './blocks.ts';
import { heldWords } from './gate.ts';
import { mrkdwn, time, user } from './mrkdwn.ts';

type Of<T extends RequestEvent['type']> = RequestEvent & { readonly type: T };

/** A question, to whoever asked for the image; the answer is written below it. */
export function renderAsked({ by, question }: Of<'asked'>, item: RequestItem): Message {
  const asker = askerOf(item);
  return message(mrkdwn`${user(by)} asks ${asker}: ${question}`, [
    section(mrkdwn`${user(by)} asks ${asker}:`),
    plain(question),
    section(mrkdwn`Answer here in the thread. Nothing is decided until then.`),
  ]);
}

/** One person let it in alone: why, and what is owed for it. */
export function renderBrokeGlass(event: Of<'brokeGlass'>, item: RequestItem, names: string): Message {
  const images = imagesIn(event.images, item);
  const who = user(event.by);
  const reviewers =
    images.length > 0 ? peopleOf(together(images.map(approversNow))) : mrkdwn`a second person`;
  const button = {
    action: IDS.review,
    text: 'Confirm the review',
    value: item.id,
    label: `Confirm the review of ${names}`,
  };
  return message(mrkdwn`${who} broke the glass for ${names}: ${event.reason}`, [
    section(mrkdwn`⚠ ${who} broke the glass: it is copied without the approvals of its rule. The reason:`),
    plain(event.reason),
    section(mrkdwn`A review is owed: ${reviewers}, but neither ${who} nor who asked for it.`),
    actions(IDS.reviewBlock, [button]),
  ]);
}

export const renderReviewed = ({ by }: Of<'reviewed'>, names: string): Message =>
  message(mrkdwn`${user(by)} reviewed ${names}.`, [
    section(mrkdwn`✓ ${user(by)} reviewed what was let in without its approvals. Nothing more is owed.`),
  ]);

/**
 * Names those who may decide, of a list by each of its rules, once for each of its kinds; a line told after the decision
 * names nobody.
 */
export function renderReminded(event: Of<'reminded'>, item: RequestItem, names: string): Message {
  const waiting = imagesIn(event.images, item).filter(({ state }) => state === 'ready' || state === 'held');
  const [first] = waiting;
  if (!first) {
    const late = mrkdwn`Nobody had decided about ${names} by ${time(event.at)}; it is decided meanwhile.`;
    return message(late, [section(late)]);
  }
  const held = first.state === 'held';
  const end = held ? 'It is left untagged' : 'It expires';
  const until = first.expiresAt === undefined ? mrkdwn`` : mrkdwn` ${end} ${time(first.expiresAt)}.`;
  const who = peopleOf(together(waiting.map((image) => askedBy(event.as, image))));
  const count = countWords(first);
  return message(mrkdwn`${names} still waits for ${who}.`, [
    section(
      held
        ? mrkdwn`● ${who}: ${names} is held back by its scan (${heldWords(first)}) and waits to be released.${until}`
        : mrkdwn`● ${who}: ${names} waits for a decision${count}.${until}`,
    ),
    ...(event.as === 'escalation'
      ? [section(mrkdwn`They are asked as well because nobody has decided.`)]
      : []),
  ]);
}

function askedBy(as: Of<'reminded'>['as'], image: Image): People {
  if (as === 'escalation' && image.rule?.escalateTo) return image.rule.escalateTo;
  return image.state === 'held' ? releasersOf(image) : approversNow(image);
}

function countWords({ approvals, rule }: Image): string {
  const need = rule?.approvals ?? 1;
  return need > 1 ? ` (${approvals.length} of ${need} approvals)` : '';
}

const imagesIn = (ids: readonly string[], item: RequestItem): readonly Image[] =>
  ids.flatMap((id) => item.images[id] ?? []);
