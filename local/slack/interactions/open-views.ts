import type { ModalView } from '../block-kit/view.ts';
import { identifyBlocks } from '../block-kit/identify.ts';
import { limits } from '../block-kit/limits.ts';
import { Refusal } from '../refusal.ts';

/** A modal on somebody's screen. */
export interface ShownView {
  readonly id: string;
  readonly user: string;
  readonly view: ModalView;
  readonly hash: string;
  readonly root_view_id: string;
  readonly previous_view_id: string | null;
  readonly errors?: Readonly<Record<string, string>>;
  /** What the person reads at the top when the app did not answer a submission. */
  readonly trouble?: string;
}

/** Each person's stack of modals. They live in the client: a restart of the stand-in closes them all. */
export interface OpenViews {
  of(user: string): readonly ShownView[];
  find(viewId: string): ShownView | undefined;
  findExternal(externalId: string): ShownView | undefined;
  /** A new stack; one that is still open is closed by Slack's client. */
  open(user: string, view: ModalView): ShownView;
  /** On top of the stack; refuses with `push_limit_reached` above three. */
  push(user: string, view: ModalView): ShownView;
  replace(viewId: string, view: ModalView): ShownView;
  mark(viewId: string, marks: Pick<ShownView, 'errors' | 'trouble'>): void;
  /** Takes one view away, and with `all` the whole stack. */
  close(viewId: string, all: boolean): void;
}

export function openViews(options: {
  readonly newId: () => string;
  readonly changed: (user: string) => void;
}): OpenViews {
  const stacks = new Map<string, readonly ShownView[]>();
  const of = (user: string) => stacks.get(user) ?? [];
  const set = (user: string, stack: readonly ShownView[]) => {
    stacks.set(user, stack);
    options.changed(user);
  };
  const find = (wanted: (shown: ShownView) => boolean) => [...stacks.values()].flat().find(wanted);
  const show = (user: string, view: ModalView, below: readonly ShownView[]) => {
    if (view.external_id !== '' && find((shown) => shown.view.external_id === view.external_id))
      throw new Refusal('duplicate_external_id');
    const id = `V${options.newId()}`;
    const shown: ShownView = {
      id,
      user,
      view: { ...view, blocks: identifyBlocks(view.blocks, id) },
      hash: options.newId(),
      root_view_id: below[0]?.id ?? id,
      previous_view_id: below.at(-1)?.id ?? null,
    };
    set(user, [...below, shown]);
    return shown;
  };
  const change = (viewId: string, edit: (shown: ShownView) => ShownView) => {
    const before = find((shown) => shown.id === viewId);
    if (!before) throw new Refusal('not_found');
    const after = edit(before);
    set(
      before.user,
      of(before.user).map((shown) => (shown.id === viewId ? after : shown)),
    );
    return after;
  };
  return {
    of,
    find: (viewId) => find((shown) => shown.id === viewId),
    findExternal: (externalId) => find((shown) => shown.view.external_id === externalId),
    open: (user, view) => show(user, view, []),
    push: (user, view) => {
      if (of(user).length >= limits.modalDepth) throw new Refusal('push_limit_reached');
      return show(user, view, of(user));
    },
    replace: (viewId, view) =>
      change(viewId, ({ errors: _errors, trouble: _trouble, ...shown }) => ({
        ...shown,
        view: { ...view, blocks: identifyBlocks(view.blocks, viewId) },
        hash: options.newId(),
      })),
    mark: (viewId, marks) => {
      change(viewId, ({ errors: _errors, trouble: _trouble, ...shown }) => ({ ...shown, ...marks }));
    },
    close: (viewId, all) => {
      const shown = find((other) => other.id === viewId);
      if (!shown) return;
      set(shown.user, all ? [] : of(shown.user).filter((other) => other.id !== viewId));
    },
  };
}
