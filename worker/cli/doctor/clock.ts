import type { ECRClient } from '@aws-sdk/client-ecr';
import { bad, type Check, good, look } from './check.ts';

/** AWS refuses a signature that is more than five minutes off (IAM guide, "Signature Version 4"). */
const REFUSED_MS = 300_000;
/** Leases and expiries of two machines drift apart by as much. */
const TOLD_MS = 30_000;

export interface WatchedClock {
  /** This machine's time minus AWS's by its last answer; undefined before one. */
  skewMs(): number | undefined;
}

/** Reads the Date of each answer, also of a refusal: one that is refused for its clock tells the time as well. */
export function watchClock(client: ECRClient, now: () => number): WatchedClock {
  let skew: number | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        const answer = await next(args);
        skew = skewOf(answer.response, now()) ?? skew;
        return answer;
      } catch (error) {
        const response =
          typeof error === 'object' && error !== null && '$response' in error ? error.$response : undefined;
        skew = skewOf(response, now()) ?? skew;
        throw error;
      }
    },
    { step: 'deserialize', priority: 'high', name: 'readDate' },
  );
  return { skewMs: () => skew };
}

function skewOf(response: unknown, now: number): number | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined;
  const at = Date.parse(String(headers.date));
  return Number.isNaN(at) ? undefined : now - at;
}

/** Undefined: AWS did not say what time it is. */
export function clockCheck(skewMs: number | undefined): Check | undefined {
  if (skewMs === undefined) return undefined;
  const off = Math.abs(skewMs);
  const text = `This machine's clock is ${Math.round(off / 1_000)} s ${skewMs < 0 ? 'behind' : 'ahead of'} AWS's.`;
  const fix = 'Set it by NTP (chrony, systemd-timesyncd, the Amazon Time Sync Service).';
  if (off > REFUSED_MS) return bad('clock', `${text} AWS refuses what is signed more than 5 min off.`, fix);
  if (off > TOLD_MS) return look('clock', `${text} Leases and expiries are off by as much.`, fix);
  return good('clock', "This machine's clock agrees with AWS's.");
}
