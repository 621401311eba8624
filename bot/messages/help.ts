import { type Message, message, section } from './blocks.ts';
import { code, codeBlock, mrkdwn } from './mrkdwn.ts';
import type { Team } from '../../core/config/schema.ts';

/** `/mirror help`, and the answer to a command that cannot be read. */
export function renderHelp(team: Team, problem?: string): Message {
  const prefix = team.prefixes[0]?.replace(/\/$/, '') ?? 'base-images';
  const head = problem ? mrkdwn`${problem}` : mrkdwn`Asks for a container image to be let into ECR.`;
  return message(problem ?? 'How to use /mirror', [
    section(head),
    section(
      codeBlock(
        [
          `/mirror nginx:1.21-alpine ${prefix}/nginx   source and target`,
          `/mirror nginx:1.21-alpine               to ${prefix}/nginx`,
          '/mirror ghcr.io/owner/app@sha256:…     by digest',
          '/mirror help                            this text',
        ].join('\n'),
      ),
    ),
    section(
      mrkdwn`The digest is pinned when you ask. An approver of team ${team.id} decides on the card, then the image is copied as it is and its scan findings come into the card's thread. Repositories start with ${code(team.prefixes.join(', '))}.`,
    ),
  ]);
}
