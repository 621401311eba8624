import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metafile } from 'esbuild';

/** Below the checkout; run.js of the command reads it. */
export const BUNDLES = 'node_modules/.cache/mirror/command';

/**
 * The command as few files, so that it starts quickly: loading its sources one by one takes longer than a small copy
 * (docs/decisions/018-command-in-one-piece.md). Beside the files stands what each source looked like; run.js takes the
 * bundle only while all of them still look so. A bundle that somebody is running stays until the next but one.
 */
export async function bundleCommand(root: string): Promise<void> {
  const { build } = await import('esbuild');
  const folder = join(root, BUNDLES);
  mkdirSync(folder, { recursive: true });
  const made = mkdtempSync(join(folder, 'new-'));
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: { main: 'worker/cli/main.ts' },
      outdir: made,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      // What is loaded when it is needed stays apart: undici, the AWS SDK, the catalogue of failures.
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      metafile: true,
      logLevel: 'error',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    const inputs = sourcesOf(root, metafile).map((file) => {
      const { size, mtimeMs } = statSync(join(root, file));
      return [file, size, mtimeMs] as const;
    });
    const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16);
    const kept = join(folder, key);
    rmSync(kept, { recursive: true, force: true });
    renameSync(made, kept);
    const next = join(folder, `current-${process.pid}`);
    writeFileSync(next, JSON.stringify({ key, inputs }));
    renameSync(next, join(folder, 'current.json'));
    dropOld(folder, key);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Ours, and npm's note of what is installed, which changes with each installation. */
function sourcesOf(root: string, { inputs }: Metafile): readonly string[] {
  const ours = Object.keys(inputs)
    .map((file) => relative(root, join(root, file)).split(sep).join('/'))
    .filter((file) => !file.includes('node_modules/'));
  return [...ours, 'node_modules/.package-lock.json'];
}

function dropOld(folder: string, key: string): void {
  const others = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== key && !entry.name.startsWith('new-'))
    .map(({ name }) => ({ name, at: statSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.at - a.at);
  for (const { name } of others.slice(1)) rmSync(join(folder, name), { recursive: true, force: true });
}

const [, started = '', root = join(import.meta.dirname, '..')] = process.argv;
if (import.meta.url === pathToFileURL(started).href) {
  await bundleCommand(root).catch((error: unknown) => {
    // No esbuild where development's packages are left out, or nothing may be written: the sources are run then.
    process.stderr.write(
      `no bundle of the command was made: ${error instanceof Error ? error.message : ''}\n`,
    );
  });
}
