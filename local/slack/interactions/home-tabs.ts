import { identifyBlocks } from '../block-kit/identify.ts';
import type { HomeView } from '../block-kit/view.ts';
import { Refusal } from '../refusal.ts';

/** The app's Home tab as one person sees it. */
export interface ShownHome {
  readonly id: string;
  readonly user: string;
  readonly view: HomeView;
  readonly hash: string;
}

/** What was published last for each person; a restart of the stand-in forgets it, the next opening brings it back. */
export interface HomeTabs {
  of(user: string): ShownHome | undefined;
  /** Refuses with `hash_conflict` where a newer one is there than the one the app knows. */
  publish(user: string, view: HomeView, hash: string | undefined): ShownHome;
}

export function openHomeTabs(options: {
  readonly newId: () => string;
  readonly changed: (user: string) => void;
}): HomeTabs {
  const tabs = new Map<string, ShownHome>();
  return {
    of: (user) => tabs.get(user),
    publish: (user, view, hash) => {
      const before = tabs.get(user);
      if (hash !== undefined && hash !== before?.hash) throw new Refusal('hash_conflict');
      const id = before?.id ?? `V${options.newId()}`;
      const shown = {
        id,
        user,
        view: { ...view, blocks: identifyBlocks(view.blocks, id) },
        hash: options.newId(),
      };
      tabs.set(user, shown);
      options.changed(user);
      return shown;
    },
  };
}
