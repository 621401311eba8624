#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: the rest needs one that runs TypeScript.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `mirror needs Node 24 or newer, this is ${process.version}: run it as "npx mirror" in this checkout after "npm ci" (on Linux that brings Node 24 along), or install Node 24.`,
  );
  process.exit(2);
}
const { readFileSync, statSync } = await import('node:fs');
const { enableCompileCache } = await import('node:module');
const { fileURLToPath } = await import('node:url');

const root = new URL('../../', import.meta.url);
const cache = new URL('node_modules/.cache/mirror/', root);

/** The bundle that `npm ci` made (scripts/bundle-command.ts), while every source still looks as it did then. */
function bundle() {
  try {
    const { key, inputs } = JSON.parse(readFileSync(new URL('command/current.json', cache), 'utf8'));
    const fresh = inputs.every(([file, size, mtimeMs]) => {
      const now = statSync(new URL(file, root));
      return now.size === size && now.mtimeMs === mtimeMs;
    });
    if (!fresh) return undefined;
    const main = new URL(`command/${key}/main.mjs`, cache);
    return statSync(main).isFile() ? main.href : undefined;
  } catch {
    // None was made, or a source is gone: the sources say what is to be done.
    return undefined;
  }
}

// Where it cannot be written nothing is kept, and nobody is told.
enableCompileCache(fileURLToPath(new URL('compiled/', cache)));
const { main } = await import(bundle() ?? './main.ts');
process.exitCode = await main(process.argv.slice(2));
