import type { KnownBlock } from '@slack/types';
import { imagesOf, isSingle, type RequestItem } from '../../core/request/request.ts';
import { reviewsOwed } from '../../core/request/break-glass.ts';
import { IDS } from '../ids.ts';
import { aboutWhat } from './about.ts';
import { actionsWithMenu, type ButtonOptions, type MenuOption } from './blocks.ts';
import { listButtons } from './list-card.ts';

/** Approve, Deny, Ask, and a menu for what is needed seldom. Each carries only the request's id. */
export function decisionButtons(item: RequestItem): KnownBlock {
  const what = aboutWhat(item);
  const { id: value } = item;
  const decide: readonly ButtonOptions[] = isSingle(item)
    ? [
        { action: IDS.approve, text: 'Approve', value, style: 'primary', label: `Approve ${what}` },
        { action: IDS.deny, text: 'Deny', value, style: 'danger', label: `Deny ${what}` },
      ]
    : listButtons(item);
  const ask = { action: IDS.ask, text: 'Ask', value, label: `Ask a question about ${what}` };
  return actionsWithMenu(IDS.decisionBlock, [...decide, ask], { action: IDS.more, options: menu(item) });
}

/** Under a card that nobody decides any more: what is still to be clicked on it. */
export function laterButtons(item: RequestItem): readonly KnownBlock[] {
  const { id: value } = item;
  const review: readonly ButtonOptions[] =
    reviewsOwed(item).length > 0
      ? [
          {
            action: IDS.review,
            text: 'Confirm the review',
            value,
            label: `Confirm the review of ${aboutWhat(item)}`,
          },
        ]
      : [];
  const working = imagesOf(item).some(
    ([, { state, taggingAt }]) =>
      (state === 'queued' || state === 'copying' || state === 'pushed') && taggingAt === undefined,
  );
  const options = working ? [cancelOption(item)] : [];
  if (review.length + options.length === 0) return [];
  return [actionsWithMenu(IDS.moreBlock, review, { action: IDS.more, options })];
}

function menu(item: RequestItem): readonly MenuOption[] {
  const glass = imagesOf(item).some(([, { rule, state }]) => state === 'ready' && rule?.breakGlass);
  return [
    cancelOption(item),
    ...(glass
      ? [
          {
            text: 'Break the glass…',
            value: `glass ${item.id}`,
            description: 'Let it in alone, with a reason',
          },
        ]
      : []),
  ];
}

const cancelOption = (item: RequestItem): MenuOption => ({
  text: 'Cancel the request',
  value: `cancel ${item.id}`,
  description: 'For who asked for it',
});
