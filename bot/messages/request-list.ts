import type { KnownBlock } from '@slack/types';
import type { RequestItem } from '../../core/request/request.ts';
import { IDS } from '../ids.ts';
import type { Links } from '../slack/links.ts';
import { actions, context, type Message, message, plain, section } from './blocks.ts';
import type { Mrkdwn } from './mrkdwn.ts';
import { requestLines } from './request-lines.ts';

/** A page of a private list. */
export interface RequestList {
  /** What it is a list of, as a sentence. */
  readonly head: string;
  readonly items: readonly RequestItem[];
  /** Where nothing is in it: what that means and what can be typed. */
  readonly empty: string;
  /** What the reader should know of the list as a whole. */
  readonly notes?: readonly (Mrkdwn | string)[];
  readonly links: Links;
  /** What the button for the next page carries; see older.ts. */
  readonly older?: string;
}

/** Each request is two lines. */
export function renderRequestList(list: RequestList): Message {
  const { empty, head, items, links, notes = [], older } = list;
  if (items.length === 0) return message(empty, [plain(empty), ...noteBlocks(notes)]);
  return message(head, [
    plain(head),
    ...items.map((item) => section(requestLines(item, links))),
    ...noteBlocks(notes),
    ...(older === undefined ? [] : [olderButton(older)]),
  ]);
}

export const noteBlocks = (notes: readonly (Mrkdwn | string)[]): KnownBlock[] =>
  notes.length > 0 ? [context(notes)] : [];

export const olderButton = (value: string): KnownBlock =>
  actions(IDS.listBlock, [{ action: IDS.older, text: 'Older', value, label: 'Show older ones' }]);
