import { connect, createServer, type Socket } from 'node:net';

/**
 * A relay on loopback that holds every piece for half of a round trip, and a new connection for a whole one more (TCP's
 * own handshake). `node delay-proxy.ts TO_PORT RTT_MS` prints its port.
 */
const [toPort = 0, rttMs = 0] = process.argv.slice(2).map(Number);
if (toPort === 0 || rttMs === 0) throw new Error('usage: delay-proxy.ts TO_PORT RTT_MS');

const WINDOW_BYTES = 8 * 1024 * 1024;

const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
  const far = connect({ port: toPort, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  const setUpAt = performance.now() + rttMs;
  relay(near, far, setUpAt);
  relay(far, near, setUpAt);
});

function relay(from: Socket, to: Socket, notBefore: number): void {
  let held = 0;
  const waiting: { readonly due: number; readonly run: () => void }[] = [];
  // One queue and one timer, so that nothing overtakes.
  const turn = (): void => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const inMs = next.due - performance.now();
      if (inMs > 0.2) return void setTimeout(turn, inMs);
      waiting.shift();
      next.run();
    }
  };
  const later = (run: () => void): void => {
    const due = Math.max(performance.now(), notBefore) + rttMs / 2;
    if (waiting.push({ due, run }) === 1) setTimeout(turn, due - performance.now());
  };
  from.on('data', (piece) => {
    held += piece.length;
    if (held > WINDOW_BYTES) from.pause();
    later(() => {
      to.write(piece, () => {
        held -= piece.length;
        if (held <= WINDOW_BYTES) from.resume();
      });
    });
  });
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => later(() => to.destroySoon()));
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});
