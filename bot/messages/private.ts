import type { KnownBlock } from '@slack/types';
import { shortDigest } from '../../core/oci/digest.ts';
import { familiarReference, type Reference } from '../../core/oci/reference.ts';
import type { RequestEvent } from '../../core/request/event.ts';
import type { Failure } from '../../core/request/failure.ts';
import { ADOPTED } from '../../core/request/changes.ts';
import type { Image } from '../../core/request/image.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { type Message, message, plain, section } from './blocks.ts';
import { failureBlocks, failureText } from './failure.ts';
import { code, joined, type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';
import { renderPlan } from './plan.ts';
import { pullLines } from './pull.ts';
import { listing } from './words.ts';

/** What only the requester reads: why nothing was offered to anybody. */
export function renderPrivate(event: RequestEvent, item: RequestItem): Message {
  const images = 'images' in event ? event.images.flatMap((id) => item.images[id] ?? []) : [];
  switch (event.type) {
    case 'unchanged':
      return message(
        images
          .map(({ source, target }) => `${familiarReference(source)} is already in ${target.repository}.`)
          .join(' '),
        images.map((image) => section(alreadyThere(image))),
      );
    case 'planned':
      return renderPlan(item);
    case 'delayed':
      return message(`${event.summary} It is looked up again by itself.`, [
        section(
          mrkdwn`● ${event.summary}\nIt is looked up again by itself${event.until === undefined ? '' : mrkdwn`, ${time(event.until)}`}. (${item.id})`,
        ),
      ]);
    case 'cancelled':
      return message(`Request ${item.id} was cancelled.`, [
        section(mrkdwn`Request ${item.id} was cancelled by ${user(event.by)} before anybody was asked.`),
      ]);
    default: {
      const failed = images.flatMap(({ failure }) => (failure ? [failure] : []));
      return refusal(failed);
    }
  }
}

/** A refusal with its next step. */
export function refusal(list: readonly Failure[]): Message {
  const blocks = list.flatMap((failure): KnownBlock[] => failureBlocks(failure, { mark: false }));
  if (blocks.length > 0) return message(list.map(failureText).join('\n'), blocks);
  return message('Nothing was offered, and no reason is on record.', [
    plain(
      "Nothing was offered, and no reason is on record. Whoever runs the mirror looks into the worker's log.",
    ),
  ]);
}

/** The command's own answer; `where` = the channel the card goes to, where that is not this one for sure. */
export function lookingUp(source: Reference, id: string, where: Mrkdwn = mrkdwn`here`): Message {
  const name = familiarReference(source);
  return message(mrkdwn`Looking up ${name}. The request will appear ${where}.`, [
    section(mrkdwn`Looking up ${code(name)}. The request will appear ${where}. (${id})`),
  ]);
}

/** The command's answer while `paused` is set: it is kept, and nothing more happens yet. */
export function kept(source: Reference, id: string, where: Mrkdwn = mrkdwn`here`): Message {
  const name = familiarReference(source);
  return message(`Mirroring is paused. Your request for ${name} is kept and goes on by itself.`, [
    section(
      mrkdwn`● Mirroring is paused. Your request for ${code(name)} is kept: when it goes on, it is looked up and appears ${where}. Nothing to do. (${id})`,
    ),
  ]);
}

/** What the requester is told where the card itself can be shown to nobody. */
export function renderNoCard(item: RequestItem): Message {
  const names = listing(imagesOf(item).map(([, { source }]) => familiarReference(source))) || item.id;
  return message(`Your request for ${names} cannot be shown to those who decide.`, [
    plain(
      `✕ Your request for ${names} (${item.id}) cannot be shown to those who decide: the app can post neither where you asked nor in the configured channel.\nWhoever runs the mirror invites the app there (/invite) or changes channels.default in mirror.config.json; then ask again.`,
    ),
  ]);
}

function alreadyThere(image: Image): Mrkdwn {
  const { target, targetDigest, record } = image;
  const where = `${target.repository}:${target.tag}`;
  const old = image.moved
    ? mrkdwn` Dockerfiles that name ${code(image.moved.tag)} still get the old digest, ${code(shortDigest(image.moved.from))}.`
    : mrkdwn``;
  const digest = targetDigest ? mrkdwn` (${code(shortDigest(targetDigest))})` : mrkdwn``;
  const head = mrkdwn`✓ ${code(familiarReference(image.source))} is already there: ${code(where)}${digest}. Nothing was copied, nobody has to approve.${old}`;
  const story = record
    ? record.request === ADOPTED
      ? mrkdwn`It stood there when Mirror took over, ${time(record.copiedAt)}.`
      : mrkdwn`It came in with ${record.request}, ${time(record.copiedAt)}.`
    : mrkdwn`⚠ It is in ECR with no approval on record: somebody put it there without asking here.`;
  return joined([head, story, ...pullLines(image)], '\n');
}
