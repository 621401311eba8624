import type { KnownBlock } from '@slack/types';
import type { Image } from '../../core/request/image.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { IDS } from '../ids.ts';
import { askedOf } from './approvers.ts';
import { askerOf } from './asker.ts';
import { type ButtonOptions, context, section } from './blocks.ts';
import { sizeOfOne } from './details.ts';
import { listStatus, shortName, shortTarget, someNames, stateWords } from './list-words.ts';
import { bold, joined, type Mrkdwn, mrkdwn, time } from './mrkdwn.ts';
import { type Column, table } from './table.ts';
import { bytes, plural } from './words.ts';

/** A list of images: what has become of all of them, a row for each, and while some wait who may decide which. */
export function listCard(item: RequestItem): KnownBlock[] {
  const images = imagesOf(item).map(([, image]) => image);
  const waiting = images.filter(({ state }) => state === 'ready');
  const putOff = images.filter(({ failure, notBefore, state }) => state === 'queued' && failure && notBefore);
  return [
    section(joined([mrkdwn`${title(item)}${part(item)}`, mrkdwn`${listStatus(images)}`], '\n')),
    rowsOf(item),
    ...(waiting.length > 0 ? [section(joined([...decidedBy(waiting), ...sums(waiting)], '\n'))] : []),
    ...(putOff.length > 0 ? [context(putOff.slice(0, 3).map(nextTry))] : []),
  ];
}

const title = ({ entries }: RequestItem): Mrkdwn => bold(plural(Object.keys(entries).length, 'image'));
const part = ({ part }: RequestItem): string => (part ? ` · part ${part.nth} of ${part.of}` : '');

const COLUMNS: readonly Column[] = [
  { head: '#', max: 3, align: 'right' },
  { head: 'Image', max: 100, wrap: true },
  { head: 'Target', max: 100, wrap: true },
  { head: 'State', max: 60 },
  { head: 'Size', max: 12, align: 'right' },
];
/** Only where there are several: the line below the table names them. */
const RULE: Column = { head: 'Rule', max: 40 };

function rowsOf(item: RequestItem): KnownBlock {
  const rules = new Set(imagesOf(item).flatMap(([, { rule }]) => rule?.name ?? []));
  return table(
    rules.size > 1 ? [...COLUMNS, RULE] : COLUMNS,
    imagesOf(item).map(([id, image]) => [
      id,
      shortName(image),
      shortTarget(image),
      stateWords(item, id, image),
      image.facts ? bytes(sizeOfOne(image)) : '',
      image.rule?.name ?? '',
    ]),
  );
}

/** One line a rule: whom it names, and how many of the images are theirs. */
function decidedBy(waiting: readonly Image[]): readonly Mrkdwn[] {
  const byRule = Map.groupBy(waiting, ({ rule }) =>
    JSON.stringify([rule?.name, rule?.approvals, rule?.approvers]),
  );
  return [...byRule.values()].slice(0, RULES_SHOWN).flatMap((images) => {
    const [first] = images;
    if (!first?.rule) return [];
    const { approvals, name } = first.rule;
    const each = approvals > 1 ? `, ${approvals} approvals each` : '';
    return [
      mrkdwn`● ${plural(images.length, 'image waits', 'images wait')} for ${askedOf(first)} (rule ${name}${each})`,
    ];
  });
}
/** A list has at most as many rules as images; more than these are in the table only. */
const RULES_SHOWN = 8;

function sums(waiting: readonly Image[]): readonly Mrkdwn[] {
  const plans = waiting.flatMap(({ plan }) => plan ?? []);
  const missing = plans.reduce((sum, { missingBytes }) => sum + missingBytes, 0);
  const present = plans.reduce((sum, { presentBytes }) => sum + presentBytes, 0);
  const created = plans.filter(({ createsRepository }) => createsRepository).length;
  const size = mrkdwn`*Size*  ${bytes(missing)} to copy${present ? `, ${bytes(present)} already in ECR` : ''}${
    created ? ` · ${plural(created, 'new repository', 'new repositories')}` : ''
  }`;
  return [size, ...flagLines(waiting)];
}

/** `⚠ moving tag: nginx:latest, redis:latest and 3 more`, one line a flag. */
function flagLines(waiting: readonly Image[]): readonly Mrkdwn[] {
  const flags = [...new Set(waiting.flatMap(({ flags = [] }) => flags))];
  return flags.map((flag) => {
    const images = waiting.filter(({ flags = [] }) => flags.includes(flag));
    return mrkdwn`⚠ ${flag}: ${images.length === waiting.length && images.length > 1 ? 'all of them' : someNames(images)}`;
  });
}

const nextTry = (image: Image): Mrkdwn =>
  mrkdwn`● ${shortName(image)}: ${image.failure?.summary ?? 'put off.'} Next try ${time(image.notBefore)}`;

/** `Approve all (18)`, a choice among them, and Deny for all that the person may decide. */
export function listButtons(item: RequestItem): readonly ButtonOptions[] {
  const count = imagesOf(item).filter(([, { state }]) => state === 'ready').length;
  const all = count === 1 ? 'Approve' : `Approve all (${count})`;
  const value = item.id;
  return [
    { action: IDS.approve, text: all, value, style: 'primary', label: `${all} of ${item.id}` },
    { action: IDS.choose, text: 'Choose images', value, label: `Choose among the images of ${item.id}` },
    {
      action: IDS.deny,
      text: count === 1 ? 'Deny' : `Deny all (${count})`,
      value,
      style: 'danger',
      label: `Deny ${item.id}`,
    },
  ];
}

/** Who asks, until when, and the id. */
export function listFootnote(item: RequestItem): readonly Mrkdwn[] {
  const ends = imagesOf(item).flatMap(([, { expiresAt, state }]) =>
    state === 'ready' && expiresAt !== undefined ? [expiresAt] : [],
  );
  const until = ends.length > 0 ? [mrkdwn`expires ${time(Math.min(...ends))}`] : [];
  return [mrkdwn`${askerOf(item)} asks`, ...until, mrkdwn`${item.id}`];
}
