import { type Carrier, type Exchanged, explainSmall, type SmallBody } from './carrier.ts';
import type { Clock } from './clock.ts';
import { NotForPipe } from './pipe/pipe-error.ts';

export interface TwoWays {
  /** Sockets of our own: quick, and strict about what they read. */
  readonly sockets: Carrier<SmallBody>;
  readonly undici: Carrier<SmallBody>;
  readonly clock: Pick<Clock, 'now'>;
}

/** After an answer that sockets of our own do not read, its host is asked in the other way for a while. */
const AVOID_MS = 10 * 60_000;

/**
 * Requests with small answers: over our own sockets, and once more through undici where the answer was not for them. All
 * of these may be made twice: a second POST is another upload, a second PUT of a manifest stores the same.
 */
export function smallCarrier({ sockets, undici, clock }: TwoWays): Carrier<SmallBody> {
  const avoidUntil = new Map<string, number>();
  const unlessNotForPipe = async <T>(origin: string, first: () => Promise<T>, second: () => Promise<T>) => {
    if (clock.now() < (avoidUntil.get(origin) ?? 0)) return second();
    try {
      return await first();
    } catch (error) {
      if (!(error instanceof NotForPipe)) throw error;
      avoidUntil.set(origin, clock.now() + AVOID_MS);
      return second();
    }
  };
  return {
    exchange: (request) => {
      const { origin } = request.url;
      const again = (): Promise<Exchanged<SmallBody>> => undici.exchange(request);
      return unlessNotForPipe(
        origin,
        async () => {
          const { body, ...answer } = await sockets.exchange(request);
          const readUpTo: SmallBody['readUpTo'] = (limitBytes) =>
            unlessNotForPipe(
              origin,
              () => body.readUpTo(limitBytes),
              async () => (await again()).body.readUpTo(limitBytes),
            );
          return { ...answer, body: { readUpTo } };
        },
        again,
      );
    },
    explain: explainSmall,
  };
}
