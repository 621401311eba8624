/**
 * Many wishes, few runs: while `run` is under way, any number of calls lead to exactly one further run, which starts
 * after the last of them. The answer resolves when nothing is left to run. `run` must not reject.
 */
export function coalesced(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const loop = async () => {
    do {
      again = false;
      await run();
    } while (again);
    // Here and not in a later microtask: a call in between would be lost.
    running = undefined;
  };
  return () => {
    if (running === undefined) running = loop();
    else again = true;
    return running;
  };
}
