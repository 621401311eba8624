import type { BlobAt } from '../blobs.ts';
import { EXPLANATION_MAX_BYTES } from '../body.ts';
import type { Carrier, Exchange } from '../carrier.ts';
import { bodyCall, endUpload } from '../upload-session.ts';
import { type UploadAttempt, uploading } from '../uploading.ts';
import type { AnswerHead } from './answer-head.ts';
import type { Connection } from './connection.ts';
import type { PipeBody, PipeContext, PipeSource } from './pipe.ts';
import { PipeError } from './pipe-error.ts';
import { feed } from './feed.ts';
import { lend } from './lend.ts';
import { requestHead } from './request-head.ts';

/** As putBlob, over sockets of our own. */
export function sendDownload(context: PipeContext, at: BlobAt, source: PipeSource): Promise<void> {
  const { transport } = context;
  const send = async ({ way, start, signal }: UploadAttempt): Promise<void> => {
    const asked = context.pool.prepare(new URL(transport.endpoint.origin), 'small');
    try {
      const body = await source.open({ signal });
      try {
        asked();
        const url = await start();
        const carrier = uploadCarrier(context, { at, source, body });
        const answer = await transport.sendBy(carrier, {
          ...bodyCall(transport, at, { way, url }),
          streamed: true,
          signal,
        });
        await carrier.explain(answer.body);
        await endUpload(transport, at, { way, url, answer, signal });
      } finally {
        body.end();
      }
    } finally {
      asked();
    }
  };
  const { mountFrom, onBytes, signal } = source;
  return uploading(transport, at, { send, mountFrom, onBytes, signal });
}

interface Sending {
  readonly at: BlobAt;
  readonly source: PipeSource;
  readonly body: PipeBody;
}

interface Answered {
  readonly head: AnswerHead;
  readonly connection: Connection;
  readonly end: () => void;
}

function uploadCarrier(context: PipeContext, sending: Sending): Carrier<Answered> {
  return {
    exchange: async (request) => {
      const body = await send(context, sending, request);
      return { status: body.head.status, headers: body.head.headers, body };
    },
    explain: async ({ connection, end }) => {
      const bytes = await connection.collect(EXPLANATION_MAX_BYTES);
      end();
      return bytes;
    },
  };
}

async function send(context: PipeContext, sending: Sending, request: Exchange): Promise<Answered> {
  const { pool, timeouts } = context;
  const { url, signal } = request;
  const answered = new AbortController();
  const connection = await pool.take(url, { reads: 'small', signal });
  const end = lend(connection, { pool, signal });
  try {
    connection.allowSilence(timeouts.headersMs);
    const asked = connection.ask(requestHead(request));
    const sent = feed({
      ...sending,
      to: connection,
      timeouts,
      clock: context.transport.clock,
      signal: signal ? AbortSignal.any([signal, answered.signal]) : answered.signal,
    });
    sent.catch(() => {});
    // The last piece is handed over long before an answer to it can arrive.
    const first = await Promise.race([sent, asked]);
    if (first === undefined) {
      connection.allowSilence(request.headersMs ?? timeouts.commitMs);
      return { head: await asked, connection, end };
    }
    // Answered in the middle of the body: nobody reads the rest of it.
    answered.abort();
    if (first.status < 300)
      throw new PipeError('PIPE_PROTOCOL', `a ${first.status} before the blob was complete`);
    const cut = (): void => {
      connection.destroy(new Error('the target has answered'));
      end();
    };
    return { head: first, connection, end: cut };
  } catch (error) {
    answered.abort();
    connection.destroy(new Error('the upload has failed'));
    end();
    throw error;
  }
}
