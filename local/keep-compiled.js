import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The next start compiles nothing. Where the cache cannot be written nothing is kept, and nobody is told. */
export const keepCompiled = () =>
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/mirror/compiled/', import.meta.url)));
