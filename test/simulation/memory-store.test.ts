import { afterAll, describe } from '@jest/globals';
import { requestStoreContract } from '../core/store/request-store-contract.ts';
import { upstreamContract } from '../core/store/upstream-contract.ts';
import { memoryStore, newRows } from './memory-store.ts';
import { Scheduler } from './scheduler.ts';

describe("the simulation's store keeps the promises of the real one", () => {
  const world = new Scheduler(1, Date.UTC(2026, 0, 5));
  const store = memoryStore(world, newRows(), { name: 'test', alive: true });
  let over = false;
  const running = (async () => {
    while (!over) {
      await world.run(() => over, Number.POSITIVE_INFINITY);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  afterAll(async () => {
    over = true;
    await running;
  });
  requestStoreContract(() => store.requests);
  upstreamContract(() => store);
});
