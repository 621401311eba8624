import type { KnownBlock } from '@slack/types';
import { mirrorCommand } from '../../core/request/failure.ts';
import type { Image } from '../../core/request/image.ts';
import { imagesOf, isSingle, type RequestItem } from '../../core/request/request.ts';
import { approversOf } from './approvers.ts';
import { context, type Message, message, plain, section } from './blocks.ts';
import { details, sizeOfOne } from './details.ts';
import { shortName, shortTarget } from './list-words.ts';
import { bold, codeBlock, joined, type Mrkdwn, mrkdwn } from './mrkdwn.ts';
import { table } from './table.ts';
import { bytes, plural } from './words.ts';

/** The answer to a dry run, for who asked alone: what would be copied where, and who would be asked. */
export function renderPlan(item: RequestItem): Message {
  const images = imagesOf(item).map(([, image]) => image);
  const would = images.filter(isPlanned);
  const sentence = isSingle(item)
    ? oneSentence(images[0], item)
    : `${would.length} of ${plural(images.length, 'image')} would be offered. Nothing was asked for.`;
  return message(sentence, [
    ...(isSingle(item) ? images.flatMap((image) => one(item, image)) : list(item)),
    context([mrkdwn`A dry run: nothing was asked for, nobody was told · ${item.id}`]),
  ]);
}

/** It would have been offered: looked up without a reason against it. */
const isPlanned = ({ failure, plan, state }: Image): boolean =>
  state === 'refused' && failure === undefined && plan !== undefined;

function oneSentence(image: Image | undefined, item: RequestItem): string {
  if (!image) return `Nothing is known of ${item.id}.`;
  const name = shortName(image);
  if (image.failure) return `${name} would be refused: ${image.failure.summary}`;
  if (image.state === 'unchanged') return `${name} is in ECR already: nothing would be copied.`;
  return `${name} would be offered to those who decide. Nothing was asked for.`;
}

function one(item: RequestItem, image: Image): readonly KnownBlock[] {
  const head = mrkdwn`${bold(shortName(image))}  →  ${bold(`${image.target.repository}:${image.target.tag}`)}`;
  if (!isPlanned(image)) {
    return [
      section(joined([head, mrkdwn`${outcome(image)}`], '\n')),
      ...(image.failure ? [plain(image.failure.hint)] : []),
    ];
  }
  return [
    section(joined([head, wouldBe(image)], '\n')),
    section(joined(details(item, image), '\n')),
    section(mrkdwn`To ask for it:`),
    section(codeBlock(mirrorCommand(image.source, image.target, image.platforms))),
  ];
}

function wouldBe(image: Image): Mrkdwn {
  const { rule } = image;
  if (!rule) return mrkdwn`● would be offered`;
  if (rule.decision === 'auto') return mrkdwn`✓ would be let in by rule ${rule.name}, without a person`;
  const each = rule.approvals > 1 ? `, ${rule.approvals} approvals` : '';
  return mrkdwn`● would wait for ${approversOf(image)} (rule ${rule.name}${each})`;
}

function list(item: RequestItem): readonly KnownBlock[] {
  const images = imagesOf(item);
  const would = images.map(([, image]) => image).filter(isPlanned);
  const missing = would.reduce((sum, { plan }) => sum + (plan?.missingBytes ?? 0), 0);
  const pulls = would.reduce((sum, { plan }) => sum + (plan?.pulls?.cost ?? 0), 0);
  return [
    section(
      mrkdwn`${bold(`${would.length} of ${plural(images.length, 'image')} would be offered`)} · ${bytes(missing)} to copy · ${plural(pulls, 'pull')} for the look-up`,
    ),
    table(
      [
        { head: '#', max: 3, align: 'right' },
        { head: 'Image', max: 80, wrap: true },
        { head: 'Target', max: 80, wrap: true },
        { head: 'What would happen', max: 120, wrap: true },
        { head: 'Size', max: 12, align: 'right' },
      ],
      images.map(([id, image]) => [
        id,
        shortName(image),
        shortTarget(image),
        outcome(image),
        image.facts ? bytes(sizeOfOne(image)) : '',
      ]),
    ),
  ];
}

function outcome(image: Image): string {
  const { failure, rule, state } = image;
  if (failure) return `✕ ${failure.summary}`;
  if (state === 'unchanged') return '✓ is in ECR already: nothing would be copied';
  if (rule?.decision === 'auto') return `✓ let in by rule ${rule.name}`;
  return `● waits for an approval (rule ${rule?.name ?? 'none'})`;
}
