import { type BlobAt, checkAnswer, codingToUndo, getCall, type OpenBlob } from '../blobs.ts';
import { EXPLANATION_MAX_BYTES } from '../body.ts';
import type { Carrier, Exchange } from '../carrier.ts';
import { askOver } from './ask-over.ts';
import type { PipeBody, PipeContext } from './pipe.ts';
import { NotForPipe } from './pipe-error.ts';
import { requestHead } from './request-head.ts';

/** After an answer that was not for the pipe its registry is read with undici for a while, to spare the second GET. */
const AVOID_MS = 10 * 60_000;

/** GETs of blobs, each paused at its first byte. */
export function openDownload(context: PipeContext) {
  const { transport } = context;
  const carrier = downloadCarrier(context);
  let avoidUntil = 0;
  return async (at: BlobAt, { fromByte = 0, signal }: OpenBlob = {}): Promise<PipeBody> => {
    if (transport.clock.now() < avoidUntil) throw new NotForPipe('its registry was not for the pipe before');
    try {
      const { body } = await transport.sendBy(carrier, { ...getCall(at, fromByte), signal });
      try {
        const { lengthBytes, headers, status } = body.head;
        if (lengthBytes === undefined) throw new NotForPipe('an answer without a length');
        if (codingToUndo(body.head, at.blob)) throw new NotForPipe('an answer in another coding');
        return { ...body, skipBytes: checkAnswer(transport, at, { status, headers, fromByte }) };
      } catch (error) {
        body.connection.destroy(new Error('not what was asked for'));
        body.end();
        throw error;
      }
    } catch (error) {
      if (error instanceof NotForPipe) avoidUntil = transport.clock.now() + AVOID_MS;
      throw error;
    }
  };
}

function downloadCarrier(context: PipeContext): Carrier<PipeBody> {
  return {
    exchange: async (request) => {
      const body = await ask(context, request);
      return { status: body.head.status, headers: body.head.headers, body };
    },
    explain: async ({ connection, end }) => {
      const bytes = await connection.collect(EXPLANATION_MAX_BYTES);
      end();
      return bytes;
    },
  };
}

async function ask({ pool, timeouts }: PipeContext, request: Exchange): Promise<PipeBody> {
  const { url, signal } = request;
  const asked = await askOver(pool, {
    url,
    signal,
    reads: 'large',
    ask: async (connection) => {
      connection.allowSilence(timeouts.headersMs);
      const head = await connection.ask(requestHead(request));
      // What follows has its own time; the body waits.
      if (head.status === 200 || head.status === 206) connection.allowSilence(0);
      return head;
    },
  });
  return { ...asked, idleMs: timeouts.idleMs, skipBytes: 0 };
}
