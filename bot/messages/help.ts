import type { Team } from '../../core/config/schema.ts';
import { context, type Message, message, plain, section } from './blocks.ts';
import { code, codeBlock, joined, type Mrkdwn, mrkdwn } from './mrkdwn.ts';

/** `/mirror help`, and the answer to a command that cannot be read. */
export function renderHelp(team: Team, problem?: string): Message {
  const prefix = team.prefixes[0]?.replace(/\/$/, '') ?? 'base-images';
  const head = problem ?? 'Asks for a container image to be let into ECR.';
  return message(problem ?? 'This is how /mirror asks for a container image.', [
    plain(head),
    section(codeBlock(examples(prefix))),
    section(
      mrkdwn`The digest is pinned when you ask. Somebody else approves on the card, then that digest is copied as it is, and its address and scan findings come into the card's thread.`,
    ),
    context([mrkdwn`Team ${team.id}: repositories start with ${prefixes(team)}`]),
  ]);
}

function examples(prefix: string): string {
  const rows = [
    [`/mirror nginx:1.21-alpine ${prefix}/nginx`, 'source and target'],
    ['/mirror nginx:1.21-alpine', `to ${prefix}/nginx`],
    ['/mirror ghcr.io/owner/app@sha256:…', 'by digest'],
    ['/mirror nginx:1.21-alpine --platform linux/amd64', 'only for these, several with commas'],
    ['/mirror help', 'this text'],
  ];
  const width = Math.max(...rows.map(([command = '']) => command.length));
  return rows.map(([command = '', what = '']) => `${command.padEnd(width)}   ${what}`).join('\n');
}

const prefixes = (team: Team): Mrkdwn => joined(team.prefixes.map(code), ', ');
