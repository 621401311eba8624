import type { Asked } from './command-text.ts';

/** The command that asks for it; `parseCommandText` reads the same from it again. */
export function formatCommand(asked: Omit<Asked, 'typed'>): string {
  const { source, target, platforms, tag, to, reason, dryRun } = asked;
  return [
    '/mirror',
    source,
    ...(target === undefined ? [] : [target]),
    ...(platforms?.length ? ['--platform', platforms.join(',')] : []),
    ...(tag === undefined ? [] : ['--tag', tag]),
    ...(to === undefined ? [] : ['--to', quoted(to)]),
    ...(reason === undefined ? [] : ['--reason', quoted(reason, true)]),
    ...(dryRun ? ['--dry-run'] : []),
  ].join(' ');
}

const quoted = (text: string, always = false): string =>
  !always && /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(text)
    ? text
    : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
