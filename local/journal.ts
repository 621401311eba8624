import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * An append-only file of JSON lines: how a stand-in remembers through kill -9.
 * A record is in the file before append() returns; a line torn by a crash is cut off at the next start.
 */
export interface Journal<T> {
  /** What earlier runs wrote, in order. */
  readonly records: readonly T[];
  append(record: T): void;
}

/** Without a file the journal is empty and forgets. The records' shape is the caller's own: nobody else writes the file. */
export function openJournal<T>(file: string | undefined): Journal<T> {
  if (file === undefined) return { records: [], append: () => {} };
  mkdirSync(dirname(file), { recursive: true });
  const records: T[] = [];
  if (existsSync(file)) {
    const bytes = readFileSync(file);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end < bytes.length) truncateSync(file, end);
    for (const line of bytes.subarray(0, end).toString('utf8').split('\n')) {
      if (line !== '') records.push(JSON.parse(line));
    }
  }
  return { records, append: (record) => appendFileSync(file, `${JSON.stringify(record)}\n`) };
}
