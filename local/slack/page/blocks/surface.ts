import type { Names } from '../names.ts';
import type { Confirm } from './fields.ts';

/** What the blocks of one message or one modal need from the page around them. */
export interface Surface {
  /** Unique on the page: the same message may stand in the channel and in the thread pane. */
  readonly id: string;
  readonly names: Names;
  readonly waiting: ReadonlySet<string>;
  readonly menu: string | undefined;
  /** Messages under inputs, by block id. */
  readonly errors: Readonly<Record<string, string>>;
  act(action: BlockAction): void;
  toggleMenu(key: string | undefined): void;
}

/** A click or a choice, before the page adds who and where. */
export interface BlockAction {
  /** The control, for the waiting mark and for bringing the focus back. */
  readonly key: string;
  readonly blockId: string | undefined;
  readonly actionId: string;
  readonly value: string | undefined;
  readonly confirm: Confirm | undefined;
}
