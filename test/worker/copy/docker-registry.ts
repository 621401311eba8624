import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Debian's docker-registry: the distribution project's own server, which nobody here wrote. */
export interface DockerRegistry {
  readonly host: string;
  close(): Promise<void>;
}

export async function startDockerRegistry(program: string): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'mirror-registry-'));
  const file = join(folder, 'config.yml');
  const config = [
    'version: 0.1',
    'storage:',
    '  filesystem:',
    `    rootdirectory: ${join(folder, 'data')}`,
    'http:',
    '  addr: 127.0.0.1:0',
  ];
  await writeFile(file, config.join('\n'));
  const child = spawn(program, ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const host = await listeningAt(child);
  return {
    host,
    close: async () => {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listeningAt(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`docker-registry ended with ${code}`)));
    if (!child.stderr) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (address) resolve(address);
    });
  });
}
