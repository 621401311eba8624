import type { Clock } from '../../../worker/registry/clock.ts';
import type { Timeouts } from '../../../worker/registry/dispatcher.ts';
import { type RegistrySettings, registryEndpoint } from '../../../worker/registry/endpoint.ts';
import { isRegistryError, type RegistryError } from '../../../worker/registry/errors.ts';
import { openRegistry, type Registry, type RegistryOptions } from '../../../worker/registry/registry.ts';

/** A clock that stands until the test moves it; sleeping moves it and takes no time. */
export interface HandClock extends Clock {
  readonly slept: readonly number[];
  advance(ms: number): void;
}

export const CLOCK_START = Date.parse('2026-11-23T12:00:00Z');

export function handClock(): HandClock {
  let time = CLOCK_START;
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    random: () => 0.5,
    sleep: async (ms) => {
      slept.push(ms);
      time += ms;
    },
    advance: (ms) => {
      time += ms;
    },
  };
}

export const SHORT: Timeouts = { connectMs: 2_000, headersMs: 400, idleMs: 400, commitMs: 400 };

/** A registry with the name `registry.test` that is reached at a loopback origin. */
export function openTestRegistry(
  origin: string,
  options: Omit<RegistryOptions, 'endpoint'> & { readonly settings?: RegistrySettings } = {},
): Registry {
  const { settings, ...rest } = options;
  const endpoint = registryEndpoint('registry.test', { 'registry.test': { endpoint: origin, ...settings } });
  return openRegistry({ clock: handClock(), ...rest, endpoint });
}

/** The RegistryError that a promise ends with; anything else fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<RegistryError> {
  try {
    await work;
  } catch (error) {
    if (isRegistryError(error)) return error;
    throw error;
  }
  throw new Error('it succeeded');
}
