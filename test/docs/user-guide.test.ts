import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseCommandText } from '../../bot/commands/command-text.ts';
import { readSubcommand } from '../../bot/commands/subcommand.ts';

const guide = readFileSync('docs/user-guide.md', 'utf8');

test('every command that the user guide shows does what it says', () => {
  const inline = [...guide.matchAll(/`(\/mirror[^`]*)`/g)].map(([, command = '']) => command);
  const blocks = [...guide.matchAll(/^(\/mirror.*)$/gm)].map(([, command = '']) => command);
  const commands = [...inline, ...blocks].map((command) => command.replace(/^\/mirror\s*/, ''));
  expect(commands.length).toBeGreaterThan(10);
  for (const text of commands) {
    const wanted = readSubcommand(text);
    expect([text, wanted.kind]).not.toEqual([text, 'wrong']);
    if (wanted.kind === 'mirror') expect([text, parseCommandText(text).kind]).toEqual([text, 'mirror']);
  }
});

test('every picture of the user guide is there', () => {
  const pictures = [...guide.matchAll(/\]\((images\/[^)]+)\)/g)].map(([, path = '']) => path);
  expect(pictures.length).toBeGreaterThan(3);
  expect(pictures.filter((path) => !existsSync(`docs/${path}`))).toEqual([]);
});
