import { shortDigest } from '../../core/oci/digest.ts';
import { familiarReference, formatReference, isHubOfficial } from '../../core/oci/reference.ts';
import { hostName } from '../../core/request/failure.ts';
import type { Image, ImageId, RequestItem } from '../../core/request/request.ts';
import { imagesOf, isSingle } from '../../core/request/request.ts';
import { IDS } from '../ids.ts';
import { actions, context, fields, type Message, message, section } from './blocks.ts';
import { bold, code, joined, type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';
import { isWorking, statusOf } from './status.ts';
import { age, bytes, listing, plural } from './words.ts';

/** The request's one channel message: all that is needed to decide while it waits, two lines once it is decided. */
export function renderCard(item: RequestItem): Message {
  const images = imagesOf(item);
  const waiting = images.some(([, image]) => image.state === 'ready');
  return message(sentence(item), [
    ...images.flatMap(([id, image]) => [
      section(joined([title(image), statusOf(item, id, image)], '\n')),
      ...(image.state === 'ready' ? [details(item, image)] : []),
    ]),
    ...(waiting ? [decisionButtons(item), footnote(item)] : [asked(item)]),
  ]);
}

/** `Alice asks to mirror ...`: what a notification shows. Names are for Slack to fill in, so the id is not spelled out. */
function sentence(item: RequestItem): string {
  const [first] = imagesOf(item).map(([, image]) => image);
  if (!first) return `Request ${item.id}`;
  const { facts } = first;
  const about = facts
    ? ` (${bytes(facts.sizeBytes)}, ${plural(Math.max(1, facts.platforms.length), 'platform')})`
    : '';
  const what = isSingle(item)
    ? `${familiarReference(first.source)} to ${first.target.repository}`
    : plural(Object.keys(item.entries).length, 'image');
  return `Request ${item.id}: mirror ${what}${about}. ${plainStatus(item)}`;
}

function plainStatus(item: RequestItem): string {
  const states = new Set(imagesOf(item).map(([, image]) => image.state));
  if (states.has('ready')) return 'Waiting for approval.';
  return item.state === 'finished' ? `Done: ${listing([...states])}.` : 'Under way.';
}

const title = (image: Image): Mrkdwn =>
  mrkdwn`${bold(familiarReference(image.source))}  →  ${bold(`${image.target.repository}:${image.target.tag}`)}`;

function details(item: RequestItem, image: Image): ReturnType<typeof fields> {
  const { facts, plan, source, sourceDigest, target } = image;
  const lines: Mrkdwn[] = [
    mrkdwn`*Source*\n${code(formatReference(source))}${
      isHubOfficial(source) ? ' · official image' : ''
    }${facts?.createdAt === undefined ? '' : ` · built ${age(item.createdAt - facts.createdAt)}`}`,
  ];
  if (sourceDigest && facts) {
    const inside = [
      facts.platforms.length ? plural(facts.platforms.length, 'platform') : 'one image',
      facts.attestations ? plural(facts.attestations, 'attestation') : 'no attestation',
    ];
    lines.push(mrkdwn`*Digest*\n${code(shortDigest(sourceDigest))} · ${inside.join(', ')}`);
    lines.push(mrkdwn`*Size*\n${sizes(image, source.registry)}`);
  }
  const how = plan?.createsRepository ? 'new repository, ' : '';
  lines.push(
    mrkdwn`*Target*\n${how}${code(target.repository)} in ${target.destination} (${target.account}, ${target.region})`,
  );
  return fields(lines);
}

/** `24 MB a platform (168 MB in all) · 107 MB to copy, 61 MB already in ECR · 9 pulls of Docker Hub's 100`. */
function sizes({ facts, plan }: Image, registry: string): string {
  if (!facts) return '';
  const sizes = facts.platforms.map(({ sizeBytes }) => sizeBytes);
  const each = sizes.length > 1 ? `about ${bytes(Math.max(...sizes))} a platform, ` : '';
  const all = `${each}${bytes(facts.sizeBytes)} in all`;
  if (!plan) return all;
  const move = plan.presentBytes
    ? `${bytes(plan.missingBytes)} to copy, ${bytes(plan.presentBytes)} already in ECR`
    : `${bytes(plan.missingBytes)} to copy`;
  const pulls = plan.pulls?.limit
    ? ` · ${plural(plan.pulls.cost, 'pull')} of ${hostName(registry)}'s ${plan.pulls.limit}`
    : '';
  return `${all} · ${move}${pulls}`;
}

const decisionButtons = (item: RequestItem) => {
  const what = isSingle(item)
    ? imagesOf(item).map(([, { source }]) => familiarReference(source))[0]
    : item.id;
  return actions(IDS.decisionBlock, [
    { action: IDS.approve, text: 'Approve', value: item.id, style: 'primary', label: `Approve ${what}` },
    { action: IDS.deny, text: 'Deny', value: item.id, style: 'danger', label: `Deny ${what}` },
  ]);
};

function footnote(item: RequestItem): ReturnType<typeof context> {
  const [first] = imagesOf(item).map(([, image]) => image);
  const rule = first?.rule;
  const parts = [mrkdwn`${user(item.requester)} asks`];
  if (rule) parts.push(mrkdwn`rule ${rule.name}, ${plural(rule.approvals, 'approval')}`);
  if (first?.expiresAt !== undefined) parts.push(mrkdwn`expires ${time(first.expiresAt)}`);
  parts.push(mrkdwn`${item.id}`);
  return context([joined(parts, ' · ')]);
}

const asked = (item: RequestItem): ReturnType<typeof context> =>
  context([mrkdwn`${user(item.requester)} asked · ${item.id}`]);

/** How far the copying images are, in bytes; the card is edited when it moved. */
export function progressBytes(item: RequestItem): number {
  return imagesOf(item).reduce(
    (sum: number, [id, image]: readonly [ImageId, Image]) =>
      isWorking(image) ? sum + (item.work[id]?.progress?.doneBytes ?? 0) : sum,
    0,
  );
}
