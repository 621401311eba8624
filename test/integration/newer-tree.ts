import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface NewerTree {
  readonly root: string;
  remove(): void;
}

/**
 * A copy of the product that is one version ahead: its items and its messages say so, and it reads those of the version
 * before. What the next change of either would look like, without waiting for it.
 */
export function newerTree(): NewerTree {
  const root = mkdtempSync(join(tmpdir(), 'mirror-newer-'));
  for (const folder of ['core', 'bot', 'worker', 'local']) {
    cpSync(folder, join(root, folder), { recursive: true });
  }
  cpSync('test/integration/product.ts', join(root, 'test/integration/product.ts'));
  cpSync('package.json', join(root, 'package.json'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  raise(join(root, 'core/request/request.ts'), 'ITEM_VERSION');
  raise(join(root, 'core/queue/doorbell.ts'), 'VERSION');
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

function raise(file: string, name: string): void {
  const text = readFileSync(file, 'utf8');
  const raised = text.replace(
    new RegExp(`^((?:export )?const ${name} = )(\\d+);$`, 'm'),
    (_all, before: string, version: string) => `${before}${Number(version) + 1};`,
  );
  if (raised === text) throw new Error(`${file} has no ${name}`);
  writeFileSync(file, raised);
}
