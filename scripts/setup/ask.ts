import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Where a person, or another program, answers. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** Asks, and shows nothing of what is typed. Rejects where the input ends before an answer. */
export async function askHidden({ input, output }: Terminal, question: string): Promise<string> {
  output.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // A terminal echoes through its line editor; this one's goes nowhere.
  const lines = createInterface({ input, output: nowhere, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', (line) => resolve(line.trim()));
      lines.once('SIGINT', () => reject(new Error('stopped')));
      lines.once('close', () => reject(new Error('the input ended before an answer')));
    });
  } finally {
    lines.close();
    output.write('\n');
  }
}

/** All that comes out of a pipe. */
export const readPipe = async ({ input }: Terminal): Promise<string> => (await text(input)).trim();
