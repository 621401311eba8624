import type { Team } from '../../core/config/schema.ts';
import type { HelpTopic } from '../commands/subcommand.ts';
import { context, type Message, message, plain, section } from './blocks.ts';
import { code, codeBlock, joined, type Mrkdwn, mrkdwn } from './mrkdwn.ts';

type Rows = readonly (readonly [command: string, what: string])[];

interface Topic {
  /** One sentence. */
  readonly head: string;
  readonly rows: (prefix: string) => Rows;
  readonly more: Mrkdwn;
}

/** `/mirror help`: what can be typed, in one screen; with a topic what there is to know of that. */
export function renderHelp(team: Team, topic?: HelpTopic): Message {
  const prefix = team.prefixes[0]?.replace(/\/$/, '') ?? 'base-images';
  const { head, more, rows } = topic === undefined ? ALL : TOPICS[topic];
  return message(head, [
    plain(head),
    section(codeBlock(columns(rows(prefix)))),
    section(more),
    context([mrkdwn`Team ${team.id}: repositories start with ${prefixes(team)}`]),
  ]);
}

/** A subcommand that is none, or lacks something: what was probably meant, ready to paste. */
export function renderWrong({
  meant,
  problem,
}: {
  readonly meant: string;
  readonly problem: string;
}): Message {
  return message(`${problem} Probably meant: ${meant}`, [
    plain(`${problem}\nProbably meant:`),
    section(codeBlock(meant)),
  ]);
}

const ALL: Topic = {
  head: 'Asks for container images to be let into ECR.',
  rows: (prefix) => [
    ['/mirror', 'opens a form'],
    [`/mirror nginx:1.27-alpine ${prefix}/nginx`, 'source and target'],
    ['/mirror list', 'several at once'],
    ['/mirror mine', 'your requests'],
    ['/mirror pending', 'what waits for approval'],
    ['/mirror status M-7F3K', 'how it stands'],
    [`/mirror history ${prefix}/nginx`, 'what came in, by whom'],
    ['/mirror cancel M-7F3K', 'takes a request back'],
    ['/mirror schedules', 'what is kept fresh'],
    ['/mirror track nginx:1.27-alpine', 'kept fresh from now on'],
    ['/mirror untrack nginx:1.27-alpine', 'no longer'],
  ],
  more: mrkdwn`The digest is pinned when you ask. Somebody else approves on the card, then that digest is copied as it is, and its address and scan findings come into the card's thread. In threads, where commands do not work, mention the app or use the message shortcut.\nMore of one thing: ${code('/mirror help mirror')}, or list, approve, status, history, cancel in its place.`,
};

const TOPICS: Readonly<Record<HelpTopic, Topic>> = {
  mirror: {
    head: 'Asks for one image. Everything behind the source may be left out.',
    rows: (prefix) => [
      [`/mirror nginx:1.27-alpine ${prefix}/nginx`, 'source and target'],
      ['/mirror nginx:1.27-alpine', `to ${prefix}/nginx`],
      ['/mirror ghcr.io/owner/app@sha256:…', 'by digest'],
      ['... --platform linux/amd64', 'only for these, several with commas'],
      ['... --tag 1.27', 'another tag in ECR'],
      ['... --to prod', 'another destination'],
      ['... --reason "why"', 'stands on the card'],
      ['... --dry-run', 'tells what would happen, asks nobody'],
    ],
    more: mrkdwn`What people paste works too: a ${code('docker pull')} line, a ${code('FROM')} line, a page of Docker Hub, Quay or GitHub, a Dockerfile, a compose file.`,
  },
  list: {
    head: 'Asks for several images at once: one card, and each of them is decided by itself.',
    rows: (prefix) => [
      ['/mirror list', 'opens a form, one image a line'],
      ['nginx:1.27-alpine', `to ${prefix}/nginx`],
      [`redis:7 ${prefix}/cache`, 'source and target'],
    ],
    more: mrkdwn`More than 25 become several requests. A Dockerfile or a compose file can be pasted as it is.`,
  },
  approve: {
    head: 'Who may decide clicks on the card; nobody approves what they asked for themselves.',
    rows: () => [
      ['/mirror pending', 'what waits, first what waits for you'],
      ['/mirror status M-7F3K', 'what would be copied, and by which rule'],
    ],
    more: mrkdwn`What is approved is the digest on the card, also when the tag has moved since. Silence never approves: what nobody decides in time expires.`,
  },
  status: {
    head: 'Tells how a request stands, or what stands in a repository.',
    rows: (prefix) => [
      ['/mirror status M-7F3K', 'a request, by the id on its card'],
      [`/mirror status ${prefix}/nginx`, 'the tags there, and who is about to write one'],
      ['/mirror mine', 'your requests, newest first'],
      ['/mirror pending', 'what waits for approval'],
    ],
    more: mrkdwn`Only you see the answers. The app's Home tab shows the same by itself.`,
  },
  history: {
    head: 'Tells what came into a repository, when, by whom and by whose approval.',
    rows: (prefix) => [
      [`/mirror history ${prefix}/nginx`, 'all of it, newest first'],
      [`/mirror history ${prefix}/nginx:1.27`, 'what stood under one tag'],
    ],
    more: mrkdwn`An address from a ${code('docker pull')} line works as well. What somebody put there without Mirror is only in ECR.`,
  },
  cancel: {
    head: 'Takes a request back: yours, or one that you may decide.',
    rows: () => [
      ['/mirror cancel M-7F3K', 'by the id on its card'],
      ['/mirror cancel M-7F3K wrong tag', 'and why'],
    ],
    more: mrkdwn`Until the tag is put in ECR; then it is too late. Bytes that were copied already stay untagged.`,
  },
};

function columns(rows: Rows): string {
  const width = Math.max(...rows.map(([command]) => command.length));
  return rows.map(([command, what]) => `${command.padEnd(width)}   ${what}`).join('\n');
}

const prefixes = (team: Team): Mrkdwn => joined(team.prefixes.map(code), ', ');
