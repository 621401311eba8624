import { expect } from '@jest/globals';
import type { Apart, Product } from './apart.ts';
import { repliesOf } from './person.ts';
import { threadOf } from './stage.ts';

/** Processes start slowly where others have the processor. */
export const PATIENCE_MS = 180_000;

const LINES = [/^Approved by/, /docker pull/, /Scan of/];
/** Approved, copied and scanned, each told once. */
export async function expectStory(stage: Apart, id: string): Promise<void> {
  const lines = repliesOf(await threadOf(stage, id, 'Scan of'));
  expect(lines).toHaveLength(LINES.length);
  for (const [n, line] of LINES.entries()) expect(lines[n]).toMatch(line);
}

/** How often this process wrote to the request. */
export const writesAbout = ({ doors }: Product, id: string): number =>
  doors.store.passed.filter(
    ({ body, operation }) => ['UpdateItem', 'PutItem'].includes(operation) && body.includes(id),
  ).length;
