import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Everything the bench has started, and nothing else, is ended by it. */
export interface Children {
  registry(options: RegistryChild): Promise<Served>;
  /** Starts a program that prints its port. */
  port(program: string, args: readonly string[]): Promise<number>;
  close(): void;
}

export interface RegistryChild {
  readonly name: string;
  readonly storage: string;
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
}

export interface Served {
  readonly port: number;
  /** Requests in its access log since the last call. */
  requests(): number;
}

export function openChildren(folder: string): Children {
  const running: ChildProcess[] = [];
  return {
    registry: async ({ name, storage, certificate }) => {
      mkdirSync(storage, { recursive: true });
      const port = await freePort();
      const config = join(folder, `${name}.yml`);
      const log = join(folder, `${name}.log`);
      const tls = certificate ? `, tls: {certificate: ${certificate.cert}, key: ${certificate.key}}` : '';
      writeFileSync(
        config,
        [
          'version: 0.1',
          'log: {level: error, accesslog: {disabled: false}}',
          `storage: {filesystem: {rootdirectory: ${storage}, maxthreads: 100}, maintenance: {uploadpurging: {enabled: false}}}`,
          `http: {addr: "127.0.0.1:${port}", secret: bench${tls}}`,
        ].join('\n'),
      );
      const out = openSync(log, 'w');
      const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' };
      running.push(spawn('docker-registry', ['serve', config], { stdio: ['ignore', out, out], env }));
      closeSync(out);
      await answering(`${certificate ? 'https' : 'http'}://127.0.0.1:${port}/v2/`);
      return { port, requests: countRequests(log) };
    },
    port: async (program, args) => {
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      running.push(child);
      for await (const line of createInterface({ input: child.stdout })) return Number(line);
      throw new Error(`${program} told no port`);
    },
    close: () => {
      for (const child of running) child.kill('SIGKILL');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return address.port;
}

async function answering(url: string): Promise<void> {
  for (let n = 0; n < 100; n += 1) {
    const told = await fetch(url).then(
      () => true,
      // Its certificate is its own: that it shows one is enough here.
      (error: unknown) =>
        /SELF_SIGNED|self-signed/.test(String(error instanceof Error ? error.cause : error)),
    );
    if (told) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`${url} does not answer`);
}

function countRequests(log: string): () => number {
  let from = 0;
  return () => {
    const { size } = statSync(log);
    const lines = readFileSync(log).subarray(from, size).toString('latin1').split('\n');
    from = size;
    return lines.filter((line) => / HTTP\/[12]\.[01]" \d/.test(line)).length;
  };
}
