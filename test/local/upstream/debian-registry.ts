import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DebianRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  close(): Promise<void>;
}

/** Runs Debian's docker-registry (distribution) on a free port, its files in a folder that goes away with it. */
export async function startDebianRegistry(program: string): Promise<DebianRegistry> {
  const dir = await mkdtemp(join(tmpdir(), 'debian-registry-'));
  const file = join(dir, 'config.json');
  // YAML is a superset of JSON.
  const config = {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(dir, 'data') } },
    http: { addr: '127.0.0.1:0' },
  };
  await writeFile(file, JSON.stringify(config));
  const child = spawn(program, ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const close = async () => {
    child.kill();
    await exited;
    await rm(dir, { recursive: true, force: true });
  };
  // Read to the end of its life: a full pipe would stop the registry in the middle of an answer.
  let said = '';
  const host = await new Promise<string | undefined>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-4096);
      const at = /listening on (127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (at !== undefined) resolve(at);
    });
    child.once('exit', () => resolve(undefined));
  });
  if (host !== undefined) return { host, close };
  await close();
  throw new Error(`docker-registry did not start:\n${said}`);
}
