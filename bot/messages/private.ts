import type { KnownBlock } from '@slack/types';
import { shortDigest } from '../../core/oci/digest.ts';
import { familiarReference, type Reference } from '../../core/oci/reference.ts';
import type { RequestEvent } from '../../core/request/event.ts';
import type { Failure } from '../../core/request/failure.ts';
import type { Image, RequestItem } from '../../core/request/request.ts';
import { type Message, message, section } from './blocks.ts';
import { failureBlocks, failureText } from './failure.ts';
import { code, codeBlock, joined, type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';

/** What only the requester reads: why nothing was offered to anybody. */
export function renderPrivate(event: RequestEvent, item: RequestItem): Message {
  const images = 'images' in event ? event.images.flatMap((id) => item.images[id] ?? []) : [];
  switch (event.type) {
    case 'unchanged':
      return message(
        images.map((image) => `${familiarReference(image.source)} is already there.`).join(' '),
        [...images.map((image) => section(alreadyThere(image)))],
      );
    case 'cancelled':
      return message(`Request ${item.id} was cancelled.`, [
        section(mrkdwn`Request ${item.id} was cancelled by ${user(event.by)} before it was looked up.`),
      ]);
    default: {
      const failed = images.flatMap(({ failure }) => (failure ? [failure] : []));
      return refusal(failed);
    }
  }
}

/** A refusal with its next step. */
export const refusal = (list: readonly Failure[]): Message =>
  message(
    list.map(failureText).join('\n'),
    list.flatMap((failure): KnownBlock[] => failureBlocks(failure, { mark: false })),
  );

export const lookingUp = (source: Reference, id: string): Message =>
  message(`Looking up ${familiarReference(source)}. The request will appear here.`, [
    section(mrkdwn`Looking up ${code(familiarReference(source))}. The request will appear here. (${id})`),
  ]);

function alreadyThere(image: Image): Mrkdwn {
  const { repositoryUri, target, targetDigest, record } = image;
  const where = `${target.repository}:${target.tag}`;
  const digest = targetDigest ? mrkdwn` (${code(shortDigest(targetDigest))})` : mrkdwn``;
  const head = mrkdwn`✓ ${familiarReference(image.source)} is already there: ${code(where)}${digest}. Nothing was copied, nobody has to approve.`;
  const story = record
    ? mrkdwn`It came in with ${record.request}, ${time(record.copiedAt)}.`
    : mrkdwn`It is in ECR with no approval on record: somebody put it there without asking here.`;
  const pull = repositoryUri ? [codeBlock(`docker pull ${repositoryUri}@${targetDigest}`)] : [];
  return joined([head, story, ...pull], '\n');
}
