import { existsSync, readFileSync } from 'node:fs';

/** Whether a file below test/ has a test or a describe of this title; without a title whether it is there. */
export function isTestThere(file: string, title?: string): boolean {
  const path = `test/${file}`;
  if (!existsSync(path)) return false;
  if (title === undefined) return true;
  const source = readFileSync(path, 'utf8').replaceAll(/\\(['"`])/g, '$1');
  return [`'${title}'`, `"${title}"`, `\`${title}\``].some((quoted) => source.includes(quoted));
}
