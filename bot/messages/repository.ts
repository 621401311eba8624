import type { KnownBlock } from '@slack/types';
import type { Destination } from '../../core/config/schema.ts';
import { shortDigest } from '../../core/oci/digest.ts';
import { ADOPTED } from '../../core/request/changes.ts';
import type { RequestItem } from '../../core/request/request.ts';
import type { HistoryRow, StandingRow } from '../../core/store/finder.ts';
import type { Links } from '../slack/links.ts';
import { type Message, message, plain, section } from './blocks.ts';
import { bold, code, joined, type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';
import { requestLink, requestStatus } from './request-lines.ts';
import { noteBlocks, olderButton } from './request-list.ts';
import { plural } from './words.ts';

export type Where = Pick<Destination, 'name' | 'account' | 'region'>;

/** What stands under one tag in one destination, and the request that is about to write it. */
export interface StandingTag extends StandingRow {
  readonly where: Where;
  /** The request of `current`, where it can be read. */
  readonly by?: RequestItem;
  /** The request of `open`, while it is unsettled. */
  readonly wants?: RequestItem;
}

export interface Standing {
  /** As it was asked for, with the tag where one was named. */
  readonly name: string;
  /** Those that are shown. */
  readonly tags: readonly StandingTag[];
  /** How many there are. */
  readonly total: number;
  readonly more: boolean;
  readonly links: Links;
}

/** `/mirror status base-images/nginx`: a tag a line, those somebody wants to write first. */
export function renderStanding({ links, more, name, tags, total }: Standing): Message {
  if (tags.length === 0) return nothingKnown(name);
  const hidden = total - tags.length;
  return message(`What stands in ${name}: ${plural(total, 'tag')}.`, [
    section(mrkdwn`${bold(name)}: ${plural(total, 'tag')} by Mirror`),
    ...tags.map((tag) => section(standingLines(tag, links))),
    ...noteBlocks([
      ...(hidden > 0 || more
        ? [`and ${more ? 'more' : `${hidden} more`}: name a tag, as in ${name.split(':')[0]}:1.27`]
        : []),
      mrkdwn`${code(`/mirror history ${name}`)} tells what stood there before`,
    ]),
  ]);
}

function standingLines({ by, current, tag, wants, where }: StandingTag, links: Links): Mrkdwn {
  const head = mrkdwn`${bold(tag)} in ${where.name}`;
  const stands = current
    ? mrkdwn`${head} · ${code(shortDigest(current.targetDigest))} since ${time(current.copiedAt)}${people(by, current.request, links)}`
    : mrkdwn`${head} · not in ECR by Mirror yet`;
  return wants
    ? joined([stands, mrkdwn`${requestStatus(wants)} (${requestLink(wants, links)})`], '\n')
    : stands;
}

export interface HistoryPage {
  readonly name: string;
  readonly rows: readonly (HistoryRow & { readonly where: Where; readonly by?: RequestItem })[];
  readonly total: number;
  /** Not everything was read, so the newest may not be among them. */
  readonly more: boolean;
  readonly links: Links;
  readonly older?: string;
}

/** `/mirror history base-images/nginx`: what came in when, by whom, newest first. */
export function renderHistory({ links, more, name, older, rows, total }: HistoryPage): Message {
  if (rows.length === 0) return nothingKnown(name);
  const tag = name.includes(':')
    ? []
    : [mrkdwn`The repository has more than was read; name a tag to see all of it.`];
  return message(`What came into ${name}, newest first.`, [
    section(mrkdwn`${bold(name)}: ${total} ${total === 1 ? 'copy' : 'copies'}, newest first`),
    ...rows.map((row) => section(historyLine(row, links))),
    ...noteBlocks(more ? tag : []),
    ...(older === undefined ? [] : [olderButton(older)]),
  ]);
}

const historyLine = (row: HistoryPage['rows'][number], links: Links): Mrkdwn =>
  mrkdwn`${time(row.copiedAt)}  ${bold(row.tag)} in ${row.where.name} · ${code(shortDigest(row.targetDigest))}${people(row.by, row.request, links)}`;

/** Who asked and who let it in: the question that a list of copies is opened for. */
function people(item: RequestItem | undefined, request: string, links: Links): Mrkdwn {
  if (request === ADOPTED) return mrkdwn`, before Mirror took over`;
  if (!item) return mrkdwn` (${request})`;
  const asked = item.requester === undefined ? mrkdwn`` : mrkdwn`, asked by ${user(item.requester)}`;
  const approvals = [
    ...new Set(Object.values(item.images).flatMap((image) => image.approvals.map(({ by }) => by))),
  ];
  const rule = Object.values(item.images).find((image) => image.rule?.decision === 'auto')?.rule;
  const letIn =
    approvals.length > 0
      ? mrkdwn`, approved by ${joined(approvals.map(user), ', ')}`
      : rule
        ? mrkdwn`, let in by rule ${rule.name}`
        : mrkdwn``;
  return mrkdwn`${asked}${letIn} (${requestLink(item, links)})`;
}

function nothingKnown(name: string): Message {
  const text = `Nothing came into ${name} by Mirror.`;
  const blocks: KnownBlock[] = [
    plain(`${text} What somebody else put there is only in ECR.`),
    section(mrkdwn`To ask for an image: ${code(`/mirror nginx:1.27-alpine ${name.split(':')[0] ?? name}`)}`),
  ];
  return message(text, blocks);
}
