import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ask, cardOf, itemOf, startStage } from './stage.ts';

const HOUR = 3_600_000;

test('a worker that starts looks at once at what is due: nobody waits for the first tick', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mirror-start-'));
  try {
    // Kept and not looked up; its doorbell is forgotten with the queue.
    const before = await startStage({
      dataDir,
      timing: { tickMs: HOUR },
      configure: (config) => ({ ...config, paused: true }),
    });
    const id = await ask(before, '/mirror redis:6.2 base-images/start');
    expect((await itemOf(before, id)).state).toBe('resolving');
    await before.close();
    const after = await startStage({ dataDir, timing: { tickMs: HOUR } });
    try {
      await cardOf(after, id, 'waiting for');
    } finally {
      await after.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);
