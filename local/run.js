// Plain JavaScript, so that any Node can read it: the rest needs one that runs TypeScript.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `mirror needs Node 24 or newer, this is ${process.version}: run it as "npm run local" after "npm ci" (on Linux that brings Node 24 along), or install Node 24.`,
  );
  process.exit(2);
}
const { enableCompileCache } = await import('node:module');
const { fileURLToPath } = await import('node:url');
// Where it cannot be written nothing is kept, and nobody is told.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/mirror/compiled/', import.meta.url)));
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
