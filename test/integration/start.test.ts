import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ask, eventually, itemOf, startStage } from './stage.ts';

/** Only the look at the start can find it, and a busy machine gets its time: nothing here is tried twice. */
const TIMING = { tickMs: 3_600_000, leaseMs: 60_000, postTimeoutMs: 30_000, postDeadlineMs: 31_000 };

test('a worker that starts looks at once at what is due: nobody waits for the first tick', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mirror-start-'));
  try {
    // Kept and not looked up; its doorbell is forgotten with the queue.
    const before = await startStage({
      dataDir,
      timing: TIMING,
      configure: (config) => ({ ...config, paused: true }),
    });
    const id = await ask(before, '/mirror redis:6.2 base-images/start');
    const { dueAt = 0, state } = await itemOf(before, id);
    expect(state).toBe('resolving');
    await before.close();
    await eventually(async () => Date.now() > dueAt || undefined);
    const after = await startStage({ dataDir, timing: TIMING });
    try {
      await eventually(async () => (await itemOf(after, id)).state === 'pending' || undefined);
    } finally {
      await after.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 120_000);
