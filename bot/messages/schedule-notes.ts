import type { KnownBlock } from '@slack/types';
import type { RequestItem } from '../../core/request/request.ts';
import type { RunNote } from '../../core/request/scheduling.ts';
import { context, type Message, message, section } from './blocks.ts';
import { code, joined, type Mrkdwn, mrkdwn, time } from './mrkdwn.ts';
import { plural } from './words.ts';

/** More than these are counted: a registry that is gone takes all its images along. */
const NOTES_MAX = 15;
const LINES_A_BLOCK = 5;

/** What a run of a schedule tells beside its images; none where there is nothing. */
export function scheduleNotes({ schedule }: RequestItem): readonly KnownBlock[] {
  const notes = schedule?.notes ?? [];
  const lines = notes.slice(0, NOTES_MAX).map(noteLine);
  const more = notes.length - lines.length;
  if (more > 0) lines.push(mrkdwn`and ${plural(more, 'more note')} of this kind`);
  const blocks: KnownBlock[] = [];
  for (let at = 0; at < lines.length; at += LINES_A_BLOCK) {
    blocks.push(section(joined(lines.slice(at, at + LINES_A_BLOCK), '\n')));
  }
  return blocks;
}

/** The card of a run that asks for nothing and has something to tell. */
export function renderNotice(item: RequestItem): Message {
  const { id, schedule } = item;
  const name = schedule?.name ?? id;
  const count = schedule?.notes?.length ?? 0;
  const head = mrkdwn`Schedule ${code(name)}: nothing to decide, ${plural(count, 'thing')} to know`;
  return message(`Schedule ${name} has ${plural(count, 'thing')} to tell; nobody has to decide.`, [
    section(head),
    ...scheduleNotes(item),
    context([mrkdwn`${id}`]),
  ]);
}

const bare = (sentence: string): string => sentence.replace(/[.\s]+$/, '');

function noteLine(note: RunNote): Mrkdwn {
  switch (note.kind) {
    case 'gone':
      return mrkdwn`⚠ ${code(note.source)} is gone at its source. ${code(note.target)} stays in ECR as it is; nothing was deleted. Whoever uses it looks for a successor, or stops the look: ${code(`/mirror untrack ${note.target}`)}`;
    case 'deprecated': {
      const instead =
        note.instead === undefined ? mrkdwn`` : mrkdwn` Its makers name ${code(note.instead)} instead.`;
      return mrkdwn`⚠ ${code(note.source)} is looked after no more: ${note.why}.${instead}`;
    }
    case 'unread':
      return mrkdwn`⚠ ${code(note.source)} could not be looked at: ${bare(note.why)}. The next run looks again.`;
    case 'failed':
      return mrkdwn`✕ This run came to nothing: ${bare(note.why)}. Whoever runs the mirror looks into the worker's log; the next run comes by itself.`;
    case 'late':
      return mrkdwn`✕ No run has looked at everything since ${time(note.since)}, which is more than its period and a day. Whoever runs the mirror looks at ${code('/mirror schedules')} and the worker's log.`;
    default:
      return note satisfies never;
  }
}
