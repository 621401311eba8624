import type { RequestEvent } from '../../core/request/event.ts';
import { type Digest, digestPrefix, shortDigest } from '../../core/oci/digest.ts';
import { familiarReference } from '../../core/oci/reference.ts';
import { referrerWords } from '../../core/oci/referrer.ts';
import { mirrorCommand } from '../../core/request/failure.ts';
import type { Image } from '../../core/request/image.ts';
import { isSingle, type RequestItem } from '../../core/request/request.ts';
import { IDS } from '../ids.ts';
import { againstBefore } from './before.ts';
import { actions, context, type Message, message, plain, section } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { renderAsked, renderBrokeGlass, renderReminded, renderReviewed } from './decision-replies.ts';
import { failureBlocks } from './failure.ts';
import { findingsLines, severityWords } from './findings.ts';
import { passedLine, renderHeld, renderLeft, renderReleased } from './gate.ts';
import { renderListReply } from './list-reply.ts';
import { renderListResult } from './list-result.ts';
import { code, codeBlock, joined, type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';
import { taggedBlocks } from './moved-tag.ts';
import { pullLines } from './pull.ts';
import { besideResult } from './referrers.ts';
import { requestTitle } from './request-lines.ts';
import { bytes, duration, listing, plural } from './words.ts';

/** One event as a line in the thread. */
export function renderReply(event: RequestEvent, item: RequestItem): Message {
  const ofList = isSingle(item) ? undefined : renderListReply(event, item);
  if (ofList) return ofList;
  const images = 'images' in event ? event.images.flatMap((id) => item.images[id] ?? []) : [];
  const names = listing(images.map((image) => familiarReference(image.source))) || item.id;
  const first = images[0];
  switch (event.type) {
    case 'approved':
      return message(mrkdwn`${user(event.by)} approved ${names}.`, [
        section(approved(event, images)),
        ...(event.reason ? [plain(event.reason)] : []),
        ...byCommand(event),
      ]);
    case 'denied': {
      const head = mrkdwn`Denied by ${user(event.by)}. Nothing is copied.`;
      return event.reason
        ? message(mrkdwn`${user(event.by)} denied ${names}: ${event.reason}`, [
            section(mrkdwn`${head} The reason:`),
            plain(event.reason),
            ...byCommand(event),
          ])
        : line(mrkdwn`${user(event.by)} denied ${names}.`, head);
    }
    case 'expired': {
      const left = images.length > 0 && images.every(({ state }) => state === 'left');
      return message(`Nobody ${left ? 'released' : 'decided about'} ${names} in time.`, [
        section(
          left
            ? mrkdwn`Nobody released it in time, so it is left untagged. To ask again:`
            : mrkdwn`Nobody decided in time, so nothing is copied. To ask again:`,
        ),
        section(
          codeBlock(
            images.map((image) => mirrorCommand(image.source, image.target, image.platforms)).join('\n'),
          ),
        ),
        ...(left ? [] : [againButton(item.id, `Ask for ${names} again`)]),
      ]);
    }
    case 'cancelled': {
      const head = mrkdwn`Cancelled by ${user(event.by)}. Nothing is tagged.`;
      return message(mrkdwn`${user(event.by)} cancelled the request for ${names}.`, [
        section(event.reason ? mrkdwn`${head} The reason:` : head),
        ...(event.reason ? [plain(event.reason)] : []),
      ]);
    }
    case 'retried':
      return line(
        mrkdwn`${user(event.by)} has ${names} tried again.`,
        mrkdwn`${user(event.by)} has it tried again: the approved digest, and only the bytes that are missing.`,
      );
    case 'copied':
      return first ? copied(first, event.as, item.id) : line('It is in ECR.', mrkdwn`In ECR.`);
    case 'scanned':
      return first ? scanned(first, event.gate) : line('The scan is done.', mrkdwn`The scan is done.`);
    case 'held': {
      const [id] = event.images;
      return first && id !== undefined
        ? renderHeld(item, id, first)
        : line(`${names} is held back by its scan.`, mrkdwn`⚠ Held back by its scan.`);
    }
    case 'released':
      return renderReleased(event.by, names, event.reason);
    case 'left':
      return renderLeft(event.by, names, event.reason);
    case 'delayed': {
      const again =
        event.until === undefined
          ? mrkdwn`It goes on by itself.`
          : mrkdwn`The next try is ${time(event.until)}; nothing to do.`;
      return line(mrkdwn`${names} waits: ${event.summary}`, mrkdwn`● ${event.summary} ${again}`);
    }
    case 'failed':
      return message(
        images.map(({ failure }) => failure?.summary ?? `${names} was not copied.`).join(' '),
        failed(images, item),
      );
    case 'asked':
      return renderAsked(event, item);
    case 'brokeGlass':
      return renderBrokeGlass(event, item, names);
    case 'reviewed':
      return renderReviewed(event, names);
    case 'reminded':
      return renderReminded(event, item, names);
    case 'finished':
      return renderListResult(item);
    case 'offered':
    case 'noted':
    case 'refused':
    case 'unchanged':
    case 'planned':
    case 'pushed':
      // Told by the card or privately, never in a thread.
      return line(`Request ${item.id} was looked up.`, mrkdwn`Request ${item.id} was looked up.`);
    default:
      return event satisfies never;
  }
}

/** A line that its thread does not take any more, for the requester alone: it has to say what it is about. */
export function outOfThread(reply: Message, item: RequestItem): Message {
  return {
    text: reply.text,
    blocks: [context([joined([requestTitle(item), mrkdwn`${item.id}`], ' · ')]), ...reply.blocks].slice(
      0,
      LIMITS.blocksInMessage,
    ),
  };
}

const line = (sentence: string | Mrkdwn, text: Mrkdwn): Message => message(sentence, [section(text)]);

/** Decided while Slack was down: as whom AWS knows the person. */
const byCommand = ({ arn }: { readonly arn?: string }) =>
  arn === undefined ? [] : [context([mrkdwn`by mirror decide, as ${code(arn)}`])];

function approved(event: RequestEvent & { readonly type: 'approved' }, images: readonly Image[]): Mrkdwn {
  const first = images[0];
  const need = first?.rule?.approvals ?? 1;
  if (!first || need <= 1) return mrkdwn`Approved by ${user(event.by)}.`;
  // As many as there were then: the line may be told later than the next approval.
  const have = first.approvals.filter(({ at }) => at <= event.at).length;
  return mrkdwn`Approved by ${user(event.by)}: ${have} of ${need}.`;
}

function copied(image: Image, as: 'copied' | 'unchanged', id: string): Message {
  const { repositoryUri, result, target } = image;
  const name = familiarReference(image.source);
  const uri = `${repositoryUri ?? target.repository}:${target.tag}`;
  const head =
    as === 'copied'
      ? mrkdwn`In ECR: ${code(uri)}`
      : mrkdwn`In ECR already: ${code(uri)}. Somebody else had put the approved digest there meanwhile.`;
  const sentence = as === 'copied' ? `${name} is in ECR: ${uri}` : `${name} was in ECR already: ${uri}`;
  return message(sentence, [
    section(head),
    ...pullLines(image).map(section),
    ...(as === 'copied' ? taggedBlocks(image) : []),
    ...(result ? [context([mrkdwn`${moved(result)}`]), ...besideResult(result).map(plain)] : []),
    ...(result?.drift ? [section(drifted(image, result.drift))] : []),
    ...(result?.tagMovedTo ? tagMoved(image, result.tagMovedTo, id) : []),
  ]);
}

/** `107 MB copied, 61 MB already there · 9 s · 9 pulls · 2 attestations came along`. */
function moved(result: NonNullable<Image['result']>): string {
  const present = result.presentBytes ? `, ${bytes(result.presentBytes)} already there` : '';
  return [
    `${bytes(result.copiedBytes)} copied${present}`,
    duration(result.tookMs),
    result.pulls ? plural(result.pulls, 'pull') : 'no pull',
    ...cameAlong(result),
    ...(result.createdRepository ? ['the repository was created'] : []),
  ].join(' · ');
}

const SETTINGS: Readonly<Record<string, string>> = {
  tagMutability: 'tag mutability',
  mutableTags: 'tags that may move',
  scanOnPush: 'scan on push',
  encryption: 'encryption',
};

function drifted({ target }: Image, drift: NonNullable<NonNullable<Image['result']>['drift']>): Mrkdwn {
  const lines = drift.map(
    ({ setting, wanted, found }) =>
      mrkdwn`${SETTINGS[setting] ?? setting}: ${code(found || 'none')}, configured is ${code(wanted || 'none')}`,
  );
  const head = mrkdwn`⚠ ${code(target.repository)} was there with other settings; nothing of it was changed:`;
  return joined([head, ...lines], '\n');
}

/** The approved digest is what was copied; the new one is another request. */
function tagMoved({ source, target, platforms }: Image, to: Digest, id: string) {
  const name = familiarReference(source);
  const suffixed = { repository: target.repository, tag: `${target.tag}-${digestPrefix(to)}` };
  return [
    section(
      mrkdwn`⚠ ${name} has moved since the look-up, to ${code(shortDigest(to))}. What was approved is what was copied. To ask for the new one as well:`,
    ),
    section(codeBlock(mirrorCommand(source, suffixed, platforms))),
    againButton(id, `Ask for the new ${name}`),
  ];
}

/** One click for what the command above it says. */
const againButton = (value: string, label: string) =>
  actions(IDS.askAgainBlock, [{ action: IDS.askAgain, text: 'Ask for it', value, label }]);

function cameAlong({ attestations, referrers }: NonNullable<Image['result']>): readonly string[] {
  const inside = attestations ? [plural(attestations, 'attestation')] : [];
  const beside = referrerWords(referrers?.copied ?? {});
  const words = [...inside, ...(beside ? [`+${beside}`] : [])].join(', ');
  if (words) return [`${words} came along`];
  return referrers && referrers.refused === 0 ? ['no signature or SBOM found'] : [];
}

function scanned(image: Image, gate: 'passed' | undefined): Message {
  const name = familiarReference(image.source);
  if (image.scan !== 'found' || !image.findings) {
    const why = image.scanNote ?? 'ECR gave no reason';
    return message(`There are no scan findings for ${name}: ${why}.`, [
      plain(`⚠ No scan findings: ${why}.`),
      ...(gate ? [context([mrkdwn`The scan gate lets it through without: the tag is next.`])] : []),
    ]);
  }
  const { findings } = image;
  return message(`The scan of ${name} found ${found(findings.counts)}.`, [
    section(joined([...findingsLines(findings), ...againstBefore(image, findings)], '\n')),
    ...(gate ? [context([passedLine(image)])] : []),
  ]);
}

function found(counts: NonNullable<Image['findings']>['counts']): string {
  const words = severityWords(counts);
  return words === 'no findings' ? 'nothing' : words;
}

function failed(images: readonly Image[], item: RequestItem) {
  const names = listing(images.map((image) => familiarReference(image.source)));
  const blocks = images.flatMap(({ failure }) => (failure ? failureBlocks(failure, { mark: true }) : []));
  // A retry that went on meanwhile has cleared the reason; the line still says that it had failed.
  const told = blocks.length ? blocks : [plain(`✕ ${names || item.id} was not copied at first.`)];
  if (!images.some(({ failure }) => failure?.retry)) return told;
  const retry = { action: IDS.retry, text: 'Retry', value: item.id, label: `Retry ${names}` };
  return [...told, actions(IDS.retryBlock, [retry])];
}
