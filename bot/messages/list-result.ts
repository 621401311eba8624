import type { KnownBlock } from '@slack/types';
import { shortDigest } from '../../core/oci/digest.ts';
import { type Image, isSettled } from '../../core/request/image.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { IDS } from '../ids.ts';
import { actions, context, type Message, message, section } from './blocks.ts';
import { scanWords, shortName, shortTarget } from './list-words.ts';
import { code, joined, mrkdwn } from './mrkdwn.ts';
import { type Column, table } from './table.ts';
import { bytes, duration, plural } from './words.ts';

/** The one line that tells how a list has ended: a row for each image, where they stand, and what can be tried again. */
export function renderListResult(item: RequestItem): Message {
  const images = imagesOf(item).map(([, image]) => image);
  const sentence = listSentence(images);
  const hosts = hostsOf(images);
  return message(sentence, [
    section(mrkdwn`${sentence}`),
    table(
      COLUMNS,
      imagesOf(item).map(([id, image]) => row(id, image)),
    ),
    ...(hosts.length > 0
      ? [section(mrkdwn`Their addresses begin with ${joined(hosts.map(code), ', ')}`)]
      : []),
    ...moved(images),
    ...again(item, images),
  ]);
}

const COLUMNS: readonly Column[] = [
  { head: '#', max: 3, align: 'right' },
  { head: 'Image', max: 80, wrap: true },
  { head: 'Target', max: 80, wrap: true },
  { head: 'Result', max: 110, wrap: true },
  { head: 'Digest', max: 24 },
];

const row = (id: string, image: Image): readonly string[] => [
  id,
  shortName(image),
  shortTarget(image),
  result(image),
  image.targetDigest && (image.state === 'copied' || image.state === 'unchanged')
    ? shortDigest(image.targetDigest)
    : '',
];

function result(image: Image): string {
  const { failure, state } = image;
  switch (state) {
    case 'copied':
      return `✓ in ECR${scanWords(image)}`;
    case 'unchanged':
      return '✓ was in ECR already';
    case 'failed':
      return `✕ ${failure?.summary ?? 'not copied'}`;
    case 'refused':
      return `✕ not offered: ${failure?.summary ?? 'no reason on record'}`;
    case 'rejected':
      return '✕ denied';
    case 'expired':
      return '✕ nobody decided in time';
    case 'cancelled':
      return '✕ cancelled';
    case 'left':
      return '✕ held by its scan, left untagged';
    case 'ready':
    case 'queued':
    case 'copying':
    case 'pushed':
    case 'held':
      // A retry went on before this line was told.
      return '◐ being tried again';
    default:
      return state satisfies never;
  }
}

/** `18 of 20 images copied, 1 failed, 1 not copied.` */
function listSentence(images: readonly Image[]): string {
  const count = (state: Image['state']): number => images.filter((image) => image.state === state).length;
  const copied = count('copied');
  const failed = count('failed');
  const there = count('unchanged');
  const rest = images.filter(isSettled).length - copied - failed - there;
  const more = [
    ...(there ? [`${there} there already`] : []),
    ...(failed ? [`${failed} failed`] : []),
    ...(rest ? [`${rest} not copied`] : []),
  ];
  return `${copied} of ${plural(images.length, 'image')} copied${more.map((part) => `, ${part}`).join('')}.`;
}

/** `123456789012.dkr.ecr.eu-central-1.amazonaws.com/`: the part that all addresses of a destination share. */
const hostsOf = (images: readonly Image[]): readonly string[] => [
  ...new Set(
    images.flatMap(({ repositoryUri, state }) =>
      repositoryUri && (state === 'copied' || state === 'unchanged')
        ? [`${repositoryUri.slice(0, repositoryUri.indexOf('/') + 1)}`]
        : [],
    ),
  ),
];

function moved(images: readonly Image[]): readonly KnownBlock[] {
  const results = images.flatMap(({ result }) => result ?? []);
  if (results.length === 0) return [];
  const sum = (of: (result: NonNullable<Image['result']>) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const present = sum(({ presentBytes }) => presentBytes);
  const pulls = sum((each) => each.pulls);
  const text = [
    `${bytes(sum(({ copiedBytes }) => copiedBytes))} copied${present ? `, ${bytes(present)} already there` : ''}`,
    `${duration(sum(({ tookMs }) => tookMs))} of copying`,
    pulls ? plural(pulls, 'pull') : 'no pull',
  ].join(' · ');
  return [context([mrkdwn`${text}`])];
}

function again(item: RequestItem, images: readonly Image[]): readonly KnownBlock[] {
  const failed = images.filter(({ failure, state }) => state === 'failed' && failure?.retry);
  if (failed.length === 0) return [];
  const text = failed.length === 1 ? 'Retry' : `Retry all that failed`;
  const label = `Try ${plural(failed.length, 'image')} of ${item.id} again`;
  return [actions(IDS.retryBlock, [{ action: IDS.retry, text, value: item.id, label }])];
}
