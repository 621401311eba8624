import type { RecordedGate } from '../../core/request/gate.ts';
import type { Image, ImageId } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';
import { familiarReference } from '../../core/oci/reference.ts';
import { IDS } from '../ids.ts';
import { formatImageValue } from '../image-value.ts';
import { releasersAsked } from './approvers.ts';
import { actions, context, type Message, message, plain, section } from './blocks.ts';
import { findingsTable, severityWords } from './findings.ts';
import { code, codeBlock, joined, type Mrkdwn, mrkdwn, time, user } from './mrkdwn.ts';
import { plural } from './words.ts';

/** `high and critical findings with a fix`: what a gate holds an image for. */
function gateWords({ onlyFixable, severity }: RecordedGate): string {
  return `${KINDS[severity]}${onlyFixable ? ' with a fix' : ''}`;
}
const KINDS = {
  CRITICAL: 'critical findings',
  HIGH: 'high and critical findings',
  MEDIUM: 'findings of medium severity and worse',
  LOW: 'findings of low severity and worse',
} as const satisfies Record<RecordedGate['severity'], string>;

/** `1 critical, 3 high`, or that there is no scan: why it is held, for one line. */
export function heldWords({ gate }: Image): string {
  if (!gate) return 'no findings on record';
  if (gate.holding.total > 0) return severityWords(gate.holding.counts);
  return gate.unscanned.length === 1 ? `no findings for ${gate.unscanned[0]?.platform}` : 'no findings';
}

/** Everything that holds the image: the worst findings, and what could not be looked at. */
export function holdingLines(image: Image): readonly Mrkdwn[] {
  const { gate } = image;
  const lines = [mrkdwn`⚠ Held back by its scan: ${heldWords(image)}.`];
  if (!gate) return lines;
  const { holding, unscanned } = gate;
  if (holding.top.length > 0) lines.push(codeBlock(findingsTable(holding.top)));
  const more = holding.total - holding.top.length;
  if (more > 0) lines.push(mrkdwn`and ${more} more that hold it, in the ECR console`);
  for (const { platform, why } of unscanned) lines.push(mrkdwn`no findings for ${code(platform)}: ${why}`);
  return lines;
}

/** The line of a held image: what holds it, who can let it in until when, and the two buttons. */
export function renderHeld(item: RequestItem, id: ImageId, image: Image): Message {
  const name = familiarReference(image.source);
  const gate = image.rule?.gate;
  const rule = mrkdwn`scan gate of rule ${image.rule?.name ?? 'none'}${gate ? `: ${gateWords(gate)} hold an image` : ''}`;
  return message(`${name} is held back by its scan: ${heldWords(image)}. It is not tagged.`, [
    section(joined(holdingLines(image), '\n')),
    section(
      mrkdwn`All bytes are in ECR, and nothing is tagged. ${releasersAsked(image)} can release it with a reason${until(image)}.`,
    ),
    ...(image.state === 'held' ? [heldButtons(item, id, image)] : []),
    context([mrkdwn`${rule}`]),
  ]);
}

const until = ({ expiresAt }: Image): Mrkdwn =>
  expiresAt === undefined ? mrkdwn`` : mrkdwn` until ${time(expiresAt)}; after that it is left untagged`;

export function heldButtons(item: RequestItem, image: ImageId, { source }: Image) {
  const value = formatImageValue({ id: item.id, image });
  const name = familiarReference(source);
  return actions(IDS.gateBlock, [
    { action: IDS.release, text: 'Release', value, label: `Release ${name} although its scan holds it back` },
    { action: IDS.leave, text: 'Leave untagged', value, style: 'danger', label: `Leave ${name} untagged` },
  ]);
}

export function renderReleased(by: string, names: string, reason: string): Message {
  return message(mrkdwn`${user(by)} released ${names}: ${reason}`, [
    section(mrkdwn`Released by ${user(by)}, with its findings; the tag is next. The reason:`),
    plain(reason),
  ]);
}

export function renderLeft(by: string, names: string, reason: string | undefined): Message {
  const head = mrkdwn`Left untagged by ${user(by)}. What was pushed has no tag.`;
  return reason === undefined
    ? message(mrkdwn`${user(by)} left ${names} untagged.`, [section(head)])
    : message(mrkdwn`${user(by)} left ${names} untagged: ${reason}`, [
        section(mrkdwn`${head} The reason:`),
        plain(reason),
      ]);
}

/** Under the findings of an image that the gate let through. */
export function passedLine({ gate, rule }: Image): Mrkdwn {
  const what = rule?.gate ? `no ${gateWords(rule.gate)}` : 'nothing';
  const excepted = gate?.excepted ?? [];
  const but =
    excepted.length > 0 ? ` but ${plural(excepted.length, 'exception')} (${excepted.join(', ')})` : '';
  return mrkdwn`The scan gate found ${what}${but}: the tag is next.`;
}

/** On the card, for who decides: what will be asked of the scan before the tag. */
export const gateLine = (gate: RecordedGate): Mrkdwn =>
  mrkdwn`*Scan gate*  ${gateWords(gate)} hold it back before it is tagged`;
