import { type RequestStore, StoreError } from '../../core/store/store.ts';

/**
 * What becomes of a call: `failed` = it never arrived · `lost` = it was applied, the answer was not heard ·
 * `retried` = its answer was lost inside the SDK, which tried again and heard that the condition no longer holds.
 */
export type Fate = 'ok' | 'failed' | 'lost' | 'retried';
export type Operation = keyof RequestStore;

/** A store whose answers get lost: the caller knows no more than that it does not know. */
export function lostAnswers(inner: RequestStore, fateOf: (operation: Operation) => Fate): RequestStore {
  const call = async <T>(operation: Operation, apply: () => Promise<T>): Promise<T> => {
    const fate = fateOf(operation);
    switch (fate) {
      case 'ok':
        return apply();
      case 'failed':
        throw new StoreError(operation, new Error('it never arrived'));
      case 'lost':
        await apply();
        throw new StoreError(operation, new Error('the answer was lost'));
      case 'retried':
        await apply();
        return apply();
      default:
        return fate satisfies never;
    }
  };
  return {
    put: (item) => call('put', () => inner.put(item)),
    get: (id) => call('get', () => inner.get(id)),
    write: (read, next) => call('write', () => inner.write(read, next)),
    heartbeat: (beat) => call('heartbeat', () => inner.heartbeat(beat)),
    takeLook: (read, look) => call('takeLook', () => inner.takeLook(read, look)),
    writeNotifier: (read, next) => call('writeNotifier', () => inner.writeNotifier(read, next)),
    park: (read, due) => call('park', () => inner.park(read, due)),
    findDue: (now, limit) => call('findDue', () => inner.findDue(now, limit)),
  };
}

/** Fates at random, each in so many of a hundred calls. */
export function randomFate(
  random: () => number,
  percent: Readonly<Record<Exclude<Fate, 'ok'>, number>>,
): (operation: Operation) => Fate {
  return () => {
    const at = random() * 100;
    if (at < percent.failed) return 'failed';
    if (at < percent.failed + percent.lost) return 'lost';
    return at < percent.failed + percent.lost + percent.retried ? 'retried' : 'ok';
  };
}
