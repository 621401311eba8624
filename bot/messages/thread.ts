import type { RequestEvent } from '../../core/request/event.ts';
import { familiarReference } from '../../core/oci/reference.ts';
import { mirrorCommand } from '../../core/request/failure.ts';
import { type Image, imagesOf, isSettled, type RequestItem } from '../../core/request/request.ts';
import { IDS } from '../ids.ts';
import { actions, type Message, message, plain, section } from './blocks.ts';
import { failureBlocks } from './failure.ts';
import { findingsLines } from './findings.ts';
import { code, codeBlock, joined, type Mrkdwn, mrkdwn, user } from './mrkdwn.ts';
import { bytes, duration, plural } from './words.ts';

/** One event as a line in the thread. */
export function renderReply(event: RequestEvent, item: RequestItem): Message {
  const images = 'images' in event ? event.images.flatMap((id) => item.images[id] ?? []) : [];
  const names = images.map((image) => familiarReference(image.source)).join(', ');
  const first = images[0];
  switch (event.type) {
    case 'approved':
      return line(`${names} was approved.`, approved(event.by, images));
    case 'denied':
      return event.reason
        ? message(`${names} was denied: ${event.reason}`, [
            section(mrkdwn`Denied by ${user(event.by)}. Nothing is copied. The reason:`),
            plain(event.reason),
          ])
        : line(`${names} was denied.`, mrkdwn`Denied by ${user(event.by)}. Nothing is copied.`);
    case 'expired':
      return message(`Nobody decided about ${names} in time.`, [
        section(mrkdwn`Nobody decided in time, so nothing is copied. To ask again:`),
        ...images.map((image) => section(codeBlock(mirrorCommand(image.source, image.target)))),
      ]);
    case 'cancelled':
      return line(
        `The request for ${names} was cancelled.`,
        mrkdwn`Cancelled by ${user(event.by)}. Nothing is tagged.`,
      );
    case 'retried':
      return line(`${names} is tried again.`, mrkdwn`${user(event.by)} tries again.`);
    case 'copied':
      return first ? copied(first) : line('Copied.', mrkdwn`Copied.`);
    case 'scanned':
      return first ? scanned(first) : line('Scanned.', mrkdwn`Scanned.`);
    case 'failed':
      return message(images.map(({ failure }) => failure?.summary ?? 'It failed.').join(' '), [
        ...images.flatMap(({ failure }) => (failure ? failureBlocks(failure, { mark: true }) : [])),
        ...(images.some(({ failure }) => failure?.retry)
          ? [
              actions(IDS.retryBlock, [
                { action: IDS.retry, text: 'Retry', value: item.id, label: `Retry ${names}` },
              ]),
            ]
          : []),
      ]);
    case 'finished':
      return line(summary(item), mrkdwn`${summary(item)}`);
    case 'offered':
    case 'refused':
    case 'unchanged':
      return line(`Request ${item.id}.`, mrkdwn`Request ${item.id}.`);
    default:
      return event satisfies never;
  }
}

const line = (sentence: string, text: Mrkdwn): Message => message(sentence, [section(text)]);

function approved(by: string, images: readonly Image[]): Mrkdwn {
  const first = images[0];
  const need = first?.rule?.approvals ?? 1;
  if (first && need > 1) return mrkdwn`Approved by ${user(by)} (${first.approvals.length} of ${need}).`;
  return mrkdwn`Approved by ${user(by)}.`;
}

function copied(image: Image): Message {
  const { repositoryUri, result, target, targetDigest } = image;
  if (!result || !repositoryUri) return line('In ECR.', mrkdwn`In ECR.`);
  const uri = `${repositoryUri}:${target.tag}`;
  const moved = [
    `${bytes(result.copiedBytes)} copied`,
    ...(result.presentBytes ? [`${bytes(result.presentBytes)} already there`] : []),
    duration(result.tookMs),
    ...(result.pulls ? [plural(result.pulls, 'pull')] : ['no pull']),
  ].join(', ');
  const along = result.attestations ? `; ${plural(result.attestations, 'attestation')} came along` : '';
  return message(`${familiarReference(image.source)} is in ECR: ${uri}`, [
    section(mrkdwn`In ECR: ${code(uri)}`),
    section(codeBlock(`docker pull ${repositoryUri}@${targetDigest}\nFROM ${uri}`)),
    section(
      mrkdwn`${moved}${along}${result.createdRepository ? '. The repository was created: immutable tags, scan on push' : ''}`,
    ),
  ]);
}

function scanned(image: Image): Message {
  const name = familiarReference(image.source);
  if (image.scan !== 'found' || !image.findings) {
    const why = image.scanNote ?? 'ECR gave no reason';
    return line(`No scan findings for ${name}: ${why}`, mrkdwn`No scan findings: ${why}.`);
  }
  const { findings } = image;
  return message(`Scan of ${name}: ${plural(findings.total, 'finding')}.`, [
    section(joined(findingsLines(findings), '\n')),
  ]);
}

function summary(item: RequestItem): string {
  const images = imagesOf(item).map(([, image]) => image);
  const copies = images.filter(({ state }) => state === 'copied').length;
  const failed = images.filter(({ state }) => state === 'failed').length;
  const rest = images.filter(isSettled).length - copies - failed;
  return `${copies} of ${plural(images.length, 'image')} copied${failed ? `, ${failed} failed` : ''}${rest ? `, ${rest} not copied` : ''}.`;
}
