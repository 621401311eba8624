/** Whether one part of a process does its work, in words. */
export interface PartHealth {
  readonly ok: boolean;
  readonly text: string;
}
export type Parts = Readonly<Record<string, () => PartHealth>>;

export interface Health {
  readonly status: 200 | 503;
  readonly body: {
    readonly status: 'ok' | 'failing';
    readonly at: string;
    readonly parts: Readonly<Record<string, PartHealth>>;
  };
}

/** 200 while every part does its work, else 503 with the parts that do not. Pure in what the parts say. */
export function healthOf(parts: Parts, now: number): Health {
  const told = Object.fromEntries(Object.entries(parts).map(([name, ask]) => [name, ask()]));
  const ok = Object.values(told).every((part) => part.ok);
  const at = new Date(now).toISOString();
  return { status: ok ? 200 : 503, body: { status: ok ? 'ok' : 'failing', at, parts: told } };
}

/** A part that shows that it lives by doing something again and again. */
export interface Pulse {
  beat(): void;
  health(): PartHealth;
}

/** Alive while the last beat, or the start, is at most `longestMs` ago. */
export function openPulse(now: () => number, longestMs: number): Pulse {
  const start = now();
  let last: number | undefined;
  return {
    beat: () => {
      last = now();
    },
    health: () => {
      const ago = now() - (last ?? start);
      const text = last === undefined ? `not yet, started ${seconds(ago)} ago` : `last ${seconds(ago)} ago`;
      return { ok: ago <= longestMs, text };
    },
  };
}

const seconds = (ms: number): string => `${Math.max(0, Math.round(ms / 1_000))} s`;
