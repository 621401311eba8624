import type { WorkspaceState } from '../local-api.ts';

export type Command = WorkspaceState['commands'][number];

/** The commands that what has been typed could become; none once the command is whole or something else was typed. */
export function suggestCommands(draft: string, commands: readonly Command[]): readonly Command[] {
  if (!/^\/\S*$/.test(draft)) return [];
  return commands.filter(({ command }) => command.startsWith(draft) && command !== draft);
}

/** The command a text calls, for its usage hint. */
export function commandOf(draft: string, commands: readonly Command[]): Command | undefined {
  const word = /^\/\S+/.exec(draft)?.[0];
  return commands.find(({ command }) => command === word);
}
