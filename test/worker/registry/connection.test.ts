import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { openBuffers } from '../../../worker/registry/pipe/buffers.ts';
import { Connection } from '../../../worker/registry/pipe/connection.ts';
import { reply, type ScriptedServer, serveScript } from './scripted-server.ts';

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

test('a connection that was left paused at the end of a body reads the next answer', async () => {
  server = await serveScript(reply(200, 'x', { 'content-length': '1' }));
  const connection = new Connection(server.origin, openBuffers(1024));
  const socket = connect({ host: '127.0.0.1', port: server.port, onread: connection.onread });
  await new Promise((connected) => socket.once('connect', connected));
  connection.attach(socket);
  connection.allowSilence(2_000);
  for (let n = 0; n < 2; n += 1) {
    // Over TLS the last records of a body come in this state: decrypted before the pause.
    connection.pause();
    const head = await connection.ask('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(head.status).toBe(200);
    expect((await connection.collect(100)).toString()).toBe('x');
  }
  connection.destroy(new Error('done'));
});
