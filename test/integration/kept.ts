import type { IncomingMessage } from 'node:http';
import type { Faults } from '../../local/faults.ts';

export interface Kept {
  /** The first one has come. */
  readonly comes: Promise<void>;
  /** What is kept goes on, and what comes later too. */
  readonly letGo: () => void;
}
type Match = (request: IncomingMessage) => boolean;

/** A stand-in keeps what matches, or its answer: each try of it, so that nobody's patience runs out. */
export function keep(faults: Faults, match: Match, kind: 'wait' | 'hold' = 'wait'): Kept {
  const comes = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let kept = true;
  faults.add({
    kind,
    times: Number.POSITIVE_INFINITY,
    release: release.promise,
    match: (request) => {
      if (!kept || !match(request)) return false;
      comes.resolve();
      return true;
    },
  });
  return {
    comes: comes.promise,
    letGo: () => {
      kept = false;
      release.resolve();
    },
  };
}
