import type { BlobAt } from '../blobs.ts';
import type { Clock } from '../clock.ts';
import { connectionError } from '../connection-error.ts';
import type { Timeouts } from '../dispatcher.ts';
import { openResumes } from '../resume.ts';
import { DEFAULT_SLOWEST, openThroughput } from '../throughput.ts';
import { blobCheck } from '../verified.ts';
import type { Connection } from './connection.ts';
import type { PipeBody, PipeSource } from './pipe.ts';
import { pump } from './pump.ts';

export interface Feed {
  readonly at: BlobAt;
  readonly source: PipeSource;
  /** From its first byte; what breaks is opened anew from where it broke. */
  readonly body: PipeBody;
  readonly to: Connection;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  /** Ends it at once, whatever is under way. */
  readonly signal: AbortSignal;
}

/**
 * A whole blob into one request's body, over as many downloads as it takes: size and digest are of all of it. Throws a
 * RegistryError of the source.
 */
export async function feed(job: Feed): Promise<void> {
  const { at, clock, signal, source, timeouts, to } = job;
  const check = blobCheck(at.blob, source.place);
  const throughput = openThroughput(timeouts.slowest ?? DEFAULT_SLOWEST, clock.now);
  const resumes = openResumes(clock);
  let sentBytes = 0;
  const onPiece = (bytes: number): void => {
    sentBytes += bytes;
    source.onBytes?.(sentBytes);
  };
  const stop = (): void => body?.connection.destroy(new Error('the upload has ended'));
  let body: PipeBody | undefined = job.body;
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      try {
        signal.throwIfAborted();
        if (!body) {
          // The target is not to blame for what it waits for: opening the source anew has its own time.
          to.allowSilence(2 * timeouts.headersMs);
          body = await source.open({ fromByte: check.bytes, signal });
          to.allowSilence(timeouts.headersMs);
        }
        const { connection: from, idleMs, skipBytes } = body;
        await pump({ from, to, check, throughput, idleMs, skipBytes, onPiece });
        check.end();
        return;
      } catch (error) {
        body?.end();
        body = undefined;
        await resumes.next(connectionError(error, source.place), check.bytes, signal);
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    body?.end();
  }
}
