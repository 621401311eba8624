import { LogLevel } from '@slack/bolt';
import type { Log } from '../core/log.ts';

/** Bolt's own lines go into our log; its debug lines hold payloads and are dropped. */
export function boltLogger(log: Log) {
  const text = (parts: readonly unknown[]): string =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => {},
    info: (...parts: unknown[]) => log('debug', text(parts)),
    warn: (...parts: unknown[]) => log('warn', text(parts)),
    error: (...parts: unknown[]) => log('error', text(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
