import type { RequestItem } from './request.ts';

/** DynamoDB takes 400 KB an item (its quotas); attribute names and the notifier's part come on top of this. */
export const ITEM_MAX_BYTES = 350_000;
/** What is offered leaves room for all that is still to happen to it: findings and events come on top. */
export const OFFER_MAX_BYTES = 200_000;

export const sizeOf = (item: RequestItem): number => Buffer.byteLength(JSON.stringify(item));
