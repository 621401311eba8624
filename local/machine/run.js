// Plain JavaScript, so that any Node can read it: the rest needs one that runs TypeScript.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `mirror needs Node 24 or newer, this is ${process.version}: run it as "npm start" after "npm ci" (on Linux that brings Node 24 along), or install Node 24.`,
  );
  process.exit(2);
}
const { keepCompiled } = await import('../keep-compiled.js');
keepCompiled();
const { main } = await import('./main.ts');
process.exit(await main(process.argv.slice(2)));
