import type { View } from '@slack/types';
import type { Message } from '../../../bot/messages/blocks.ts';

/** Something that the bot shows to people, for docs/gallery.md. */
export interface Picture {
  /** What it is. */
  readonly title: string;
  /** When it comes, as one sentence. */
  readonly when: string;
  readonly shown: Shown;
}

export type Shown =
  /** `edited`: a card that has changed since it was posted. */
  | { readonly in: 'channel'; readonly message: Message; readonly edited?: boolean }
  | { readonly in: 'thread'; readonly message: Message }
  /** Read by one person alone. */
  | { readonly in: 'private'; readonly message: Message }
  /** `errors` by block id: what a submission was refused for. */
  | { readonly in: 'modal'; readonly view: View; readonly errors?: Readonly<Record<string, string>> }
  | { readonly in: 'home'; readonly view: View };

/** By the name of the picture's file. */
export type Pictures = Readonly<Record<string, Picture>>;

type Make = (title: string, when: string, message: Message) => Picture;

export const card: Make = (title, when, message) => ({ title, when, shown: { in: 'channel', message } });
export const editedCard: Make = (title, when, message) => ({
  title,
  when,
  shown: { in: 'channel', message, edited: true },
});
export const reply: Make = (title, when, message) => ({ title, when, shown: { in: 'thread', message } });
export const privately: Make = (title, when, message) => ({
  title,
  when,
  shown: { in: 'private', message },
});
/** A direct message looks as in a channel, and so does a line in the ops channel. */
export const direct: Make = card;

export const modal = (
  title: string,
  when: string,
  view: View,
  errors?: Readonly<Record<string, string>>,
): Picture => ({ title, when, shown: { in: 'modal', view, ...(errors && { errors }) } });
