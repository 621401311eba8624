import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { FILE_MAX_BYTES, readSlackFile } from '../../../bot/slack/read-file.ts';
import { listen } from '../../../local/server.ts';

type Answer = RequestListener;
let close = async (): Promise<void> => {};
afterEach(() => close());

/** What is read of a file that lies beside this Web API, and the tokens that came with the requests. */
async function read(answer: Answer, file: { size?: number; url?: string } = {}) {
  const tokens: (string | undefined)[] = [];
  const server = await listen((request, response) => {
    tokens.push(request.headers.authorization);
    answer(request, response);
  });
  close = () => server.close();
  const client = { slackApiUrl: `${server.origin}/api/`, token: 'xoxb-1' };
  const url_private = file.url ?? `${server.origin}/files/F1/list.txt`;
  const found = await readSlackFile(client, {
    url_private,
    ...(file.size !== undefined && { size: file.size }),
  });
  return { found, tokens };
}
const says = (body: string | Buffer, type = 'text/plain', status = 200): Answer => {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  };
};

describe('a file that somebody put into a dialog', () => {
  test('is read with the bot token', async () => {
    const { found, tokens } = await read(says('nginx:1\nredis:2'));
    expect(found).toEqual({ kind: 'text', text: 'nginx:1\nredis:2' });
    expect(tokens).toEqual(['Bearer xoxb-1']);
  });

  test.each([
    [
      'a page to sign in, which is what Slack answers without the scope',
      says('<html>', 'text/html; charset=utf-8'),
      'not allowed',
    ],
    ['404', says('no', 'text/plain', 404), 'not allowed'],
    ['503', says('no', 'text/plain', 503), 'no answer'],
    ['a picture', says(Buffer.from([137, 80, 78, 71, 0])), 'no text'],
    ['more than was said', says('x'.repeat(FILE_MAX_BYTES + 1)), 'too large'],
  ] as const)('%s', async (_what, answer, kind) => {
    expect((await read(answer)).found).toEqual({ kind });
  });

  test('that is too large by its own word is not asked for', async () => {
    const { found, tokens } = await read(says('x'), { size: FILE_MAX_BYTES + 1 });
    expect([found, tokens]).toEqual([{ kind: 'too large' }, []]);
  });

  test('that lies with somebody else, or leads there, does not get the token', async () => {
    for (const url of ['https://files.slack.com.evil.example/F1', 'http://files.slack.com/F1', 'garbage']) {
      expect(await read(says('x'), { url })).toEqual({ found: { kind: 'not allowed' }, tokens: [] });
      await close();
    }
    const { found, tokens } = await read((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:9/F1' });
      response.end();
    });
    expect([found, tokens]).toEqual([{ kind: 'not allowed' }, ['Bearer xoxb-1']]);
  });
});
