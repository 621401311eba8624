/** How far the request's story is told. Written by the notifier alone, on condition of `rev`. */
export interface NotifierState {
  readonly rev: number;
  readonly cursor: { readonly event: number; readonly delivery: number };
  /** A post or edit that was begun; until its deadline and the grace are over nobody else posts. */
  readonly tried?: Tried;
  readonly card?: { readonly channel: string; readonly ts: string };
  /** Hash of the facts the card shows; absent while an edit is in doubt. */
  readonly shown?: string;
  readonly editedAt?: number;
  /** The progress the card shows, in bytes. */
  readonly shownBytes?: number;
  readonly notBefore?: number;
  /** A line that could not be said anywhere, and why: the request goes on without it. */
  readonly unsaid?: readonly { readonly key: string; readonly why: string }[];
  /** Lines that were said again after doubt: Slack may yet apply the first post, and then one of the two goes. */
  readonly doubled?: readonly Doubled[];
  /** How many cards were lost (deleted, channel archived) while people had to decide: each is posted anew. */
  readonly lost?: number;
}
export interface Doubled {
  readonly key: string;
  /** Where the first post went. */
  readonly channel: string;
  readonly threadTs?: string;
  /** Nothing older can be it, epoch ms. */
  readonly since: number;
  /** Of the one that was said for sure. */
  readonly ts: string;
  /** That one stands in another place. */
  readonly elsewhere?: true;
  /** Looks that were made, and when the next one is due. */
  readonly look: number;
  readonly at: number;
}
export interface Tried {
  readonly key: string;
  readonly token: string;
  readonly deadline: number;
  /** Where it was posted: looked up there before it is posted again. */
  readonly channel: string;
}
