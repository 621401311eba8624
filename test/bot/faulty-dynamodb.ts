import { type IncomingMessage, request as ask } from 'node:http';
import { startDynamoDb } from '../../local/dynamodb.ts';
import { type Faults, withFaults } from '../../local/faults.ts';
import { listen } from '../../local/server.ts';

export interface FaultyDynamoDb {
  readonly endpoint: string;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** dynalite behind a door where answers can be lost, held or replaced. */
export async function startFaultyDynamoDb(): Promise<FaultyDynamoDb> {
  const inner = await startDynamoDb({ port: 0 });
  const { handler, faults } = withFaults((incoming, response) => {
    const { method, url, headers } = incoming;
    const forwarded = ask(
      new URL(url ?? '/', inner.endpoint),
      { method, headers, agent: false },
      (answer) => {
        // In one piece at the end, so that a held answer is held whole.
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          response.end(Buffer.concat(chunks));
        });
      },
    );
    forwarded.on('error', () => incoming.socket.destroy());
    incoming.pipe(forwarded);
  });
  const front = await listen(handler);
  return {
    endpoint: front.origin,
    faults,
    close: async () => {
      await front.close();
      await inner.close();
    },
  };
}

export const operation =
  (name: 'GetItem' | 'PutItem' | 'UpdateItem' | 'Query') =>
  ({ headers }: IncomingMessage): boolean =>
    headers['x-amz-target'] === `DynamoDB_20120810.${name}`;
