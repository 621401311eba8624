import { shortDigest } from '../../core/oci/digest.ts';
import { hostName } from '../../core/request/failure.ts';
import type { Image, ImageId } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { askedOf, releasersAsked } from './approvers.ts';
import { besideWaiting, groupChanges, reviewLine } from './decision-facts.ts';
import { severityWords } from './findings.ts';
import { heldWords } from './gate.ts';
import { code, joined, type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';
import { bytes, duration } from './words.ts';

export const isWorking = (image: Image): boolean => image.state === 'copying';

/** The card's second line: one mark and the words that say the same. */
export function statusOf(item: RequestItem, id: ImageId, image: Image): Mrkdwn {
  switch (image.state) {
    case 'ready': {
      const have = image.approvals.length;
      const need = image.rule?.approvals ?? 1;
      const so = need > 1 ? `, ${have} of ${need} approvals` : '';
      const count = have > 0 ? mrkdwn`${so}, by ${approvedBy(image)}` : mrkdwn`${so}`;
      return joined(
        [mrkdwn`● waiting for ${askedOf(image)}${count}`, ...besideWaiting(item, id, image)],
        '\n',
      );
    }
    case 'queued':
      return joined([waits(image), by(item, image), ...besideDecision(image)], '\n');
    case 'copying':
      return joined([mrkdwn`◐ ${stage(item, id)}`, by(item, image), ...besideDecision(image)], '\n');
    case 'pushed':
      return joined(
        [
          mrkdwn`◐ copied, waiting for its scan before it is tagged`,
          by(item, image),
          ...besideDecision(image),
        ],
        '\n',
      );
    case 'held':
      return joined(
        [
          mrkdwn`⚠ held back by its scan: ${heldWords(image)} · not tagged`,
          mrkdwn`waits for ${releasersAsked(image)} to release it`,
        ],
        '\n',
      );
    case 'copied':
      return joined(
        [done(image), mrkdwn`${by(item, image)}${released(image)}${took(image)}`, ...besideDecision(image)],
        '\n',
      );
    case 'unchanged':
      return mrkdwn`✓ already in ECR${digest(image)}`;
    case 'rejected':
      return mrkdwn`✕ denied by ${decider(item, 'denied', id)}`;
    case 'expired':
      return mrkdwn`✕ expired: nobody decided in time`;
    case 'cancelled':
      return mrkdwn`✕ cancelled by ${decider(item, 'cancelled', id)}`;
    case 'left':
      return mrkdwn`✕ ${leftBy(item, id)}`;
    case 'refused':
      if (item.dryRun && !image.failure) return mrkdwn`✓ looked up only: a dry run`;
      return mrkdwn`✕ not offered: ${image.failure?.summary ?? 'no reason recorded'}`;
    case 'failed':
      return joined(
        [
          mrkdwn`✕ not copied · the thread says why and what to do`,
          by(item, image),
          ...besideDecision(image),
        ],
        '\n',
      );
    default:
      return image.state satisfies never;
  }
}

function waits(image: Image): Mrkdwn {
  if (!image.failure || image.notBefore === 0) {
    if (image.released) return mrkdwn`◐ released by ${user(image.released.by)}, the tag is next`;
    if (image.gate) return mrkdwn`◐ let through by its scan, the tag is next`;
    return mrkdwn`◐ approved, waiting for a worker`;
  }
  if (image.failure.code === 'sourceRateLimited') {
    return mrkdwn`● ${hostName(image.source.registry)}'s pull limit is used up. The copy goes on by itself ${time(image.notBefore)}`;
  }
  return mrkdwn`● ${image.failure.summary} Next try ${time(image.notBefore)}`;
}

function stage(item: RequestItem, id: ImageId): string {
  const progress = item.work[id]?.progress;
  if (!progress) return 'copying';
  switch (progress.stage) {
    case 'blobs':
      return `copying, ${bytes(progress.doneBytes)} of ${bytes(progress.totalBytes)}`;
    case 'manifests':
      return 'copying, all bytes are there, manifests are next';
    case 'tag':
      return 'copying, the tag is next';
    default:
      return progress.stage satisfies never;
  }
}

function done(image: Image): Mrkdwn {
  switch (image.scan) {
    case 'waiting':
      return mrkdwn`✓ in ECR · scan under way`;
    case 'found':
      return mrkdwn`✓ in ECR · ${severityWords(image.findings?.counts ?? {})}`;
    case 'unavailable':
      return mrkdwn`✓ in ECR · no scan findings`;
    case 'none':
      return mrkdwn`✓ in ECR`;
    default:
      return image.scan satisfies never;
  }
}

const released = ({ released: by }: Image): Mrkdwn =>
  by ? mrkdwn` · released by ${user(by.by)}, ${time(by.at)}` : mrkdwn``;

const took = (image: Image): Mrkdwn =>
  mrkdwn`${image.result ? ` · copied in ${duration(image.result.tookMs)}` : ''}${digest(image)}`;

const digest = (image: Image): Mrkdwn =>
  image.targetDigest ? mrkdwn` · ${code(shortDigest(image.targetDigest))}` : mrkdwn``;

function by(item: RequestItem, image: Image): Mrkdwn {
  if (image.rule?.decision === 'auto') return mrkdwn`Let in by rule ${image.rule.name}`;
  const last = image.approvals.at(-1);
  if (!last) return mrkdwn`${item.id}`;
  return last.glass
    ? mrkdwn`Let in by ${user(last.by)} alone, ${time(last.at)}`
    : mrkdwn`Approved by ${approvedBy(image)}, ${time(last.at)}${last.arn === undefined ? '' : ', by mirror decide'}`;
}

const approvedBy = ({ approvals }: Image): Mrkdwn =>
  joined(
    approvals.map(({ by }) => user(by)),
    ', ',
  );

/** Under the line of who let it in: what of that somebody should know. */
const besideDecision = (image: Image): readonly Mrkdwn[] => [...groupChanges(image), ...reviewLine(image)];

function decider(item: RequestItem, type: 'denied' | 'cancelled', id: ImageId): Mrkdwn {
  const event = item.events.findLast((e) => e.type === type && e.images.includes(id));
  return event && 'by' in event ? mrkdwn`${user(event.by)}, ${time(event.at)}` : mrkdwn`somebody`;
}

function leftBy(item: RequestItem, id: ImageId): Mrkdwn {
  const event = item.events.findLast((e) => e.type === 'left' && e.images.includes(id));
  return event && 'by' in event
    ? mrkdwn`left untagged by ${user(event.by)}, ${time(event.at)}`
    : mrkdwn`left untagged: nobody released it in time`;
}
