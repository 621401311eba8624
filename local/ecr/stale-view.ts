import type { Repository, State } from './state.ts';

/** DescribeImages is answered from a copy that may lag behind what was pushed. */
export interface StaleView {
  /** From now on and for so long, nothing newer than this moment is seen. */
  freeze(forMs: number): void;
  /** The repository as it is seen now; empty where it is younger than the copy. */
  of(repository: Repository): Repository;
}

export function createStaleView(state: State, now: () => number): StaleView {
  let until = 0;
  let copy = new Map<string, Pick<Repository, 'images' | 'tags'>>();
  return {
    freeze: (forMs) => {
      until = now() + forMs;
      copy = new Map(
        [...state.repositories].map(([name, { images, tags }]) => [
          name,
          { images: new Map(images), tags: new Map(tags) },
        ]),
      );
    },
    of: (repository) => {
      if (now() >= until) return repository;
      const old = copy.get(repository.settings.name) ?? { images: new Map(), tags: new Map() };
      return { ...repository, ...old };
    },
  };
}
