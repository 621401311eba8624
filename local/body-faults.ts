import type { IncomingMessage, ServerResponse } from 'node:http';

/** Lets so many bytes of the answer's body out and closes the connection under the rest. */
export function cutAnswer(request: IncomingMessage, response: ServerResponse, afterBytes: number): void {
  let left = afterBytes;
  onBody(response, {
    piece: async (bytes, write) => {
      const passed = bytes.subarray(0, left);
      left -= passed.length;
      if (passed.length > 0) await write(passed);
      if (left > 0) return;
      response.flushHeaders();
      request.socket.destroy();
    },
    end: (end) => {
      if (left > 0) end();
    },
  });
}

export interface Pace {
  readonly pieceBytes: number;
  /** Awaited before each piece: a promise of the test's own, or a timer in a demonstration. */
  readonly pace: () => Promise<void>;
}

/** The answer's body goes out piece by piece, as slowly as `pace` says. */
export function slowAnswer(response: ServerResponse, { pieceBytes, pace }: Pace): void {
  onBody(response, {
    piece: async (bytes, write) => {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        await pace();
        await write(bytes.subarray(at, at + pieceBytes));
      }
    },
    end: (end) => end(),
  });
}

/** Reads so many bytes of the request's body and closes the connection: the stand-in never hears of it. */
export function cutRequest(request: IncomingMessage, afterBytes: number): void {
  let read = 0;
  request.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read >= afterBytes) request.socket.destroy();
  });
  // Shorter than that: it goes dead all the same.
  request.on('end', () => request.socket.destroy());
  request.on('error', () => {});
}

interface BodyWatch {
  readonly piece: (bytes: Buffer, write: (bytes: Buffer) => Promise<void>) => Promise<void>;
  readonly end: (end: () => void) => void;
}

/** Puts itself between a handler and its response; what is written goes out in order, each piece after the last. */
function onBody(response: ServerResponse, watch: BodyWatch): void {
  const plainWrite = response.write.bind(response);
  const plainEnd = response.end.bind(response);
  const write = (bytes: Buffer): Promise<void> =>
    new Promise((resolve) => {
      plainWrite(bytes, () => resolve());
    });
  let sent: Promise<void> = Promise.resolve();
  const take = (chunk: unknown): void => {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(typeof chunk === 'string' ? chunk : '');
    if (bytes.length > 0) sent = sent.then(() => watch.piece(bytes, write));
  };
  Object.assign(response, {
    write: (chunk: unknown) => {
      take(chunk);
      return true;
    },
    end: (chunk: unknown) => {
      take(chunk);
      void sent.then(() => watch.end(() => plainEnd()));
      return response;
    },
  });
}
