import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The page, ready to be served: `html` at `/`, the `files` at their paths. */
export interface PageBundle {
  readonly html: string;
  readonly files: ReadonlyMap<string, { readonly type: string; readonly body: string }>;
}

/** Bundles `local/slack/page` in memory. Rejects with esbuild's message when the page does not build. */
export async function bundlePage(): Promise<PageBundle> {
  const folder = fileURLToPath(new URL('./page/', import.meta.url));
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: { page: 'main.ts', style: 'styles/style.css' },
    bundle: true,
    write: false,
    outdir: '/',
    format: 'esm',
    target: 'es2024',
    sourcemap: 'inline',
    // lit's development build warns on the console; `production` is its own export condition for the other one.
    conditions: ['production'],
    minifySyntax: true,
    logLevel: 'silent',
  });
  const files = new Map(
    outputFiles.map(({ path, text }) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const type = name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
      return [`/${name}`, { type, body: text }];
    }),
  );
  return { html: await readFile(`${folder}page.html`, 'utf8'), files };
}
