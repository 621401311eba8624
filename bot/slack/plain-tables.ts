import type { KnownBlock, TableBlock } from '@slack/types';
import type { Log } from '../../core/log.ts';
import { type Message, plain } from '../messages/blocks.ts';
import { cellsOf } from '../messages/table.ts';
import type { Slack } from './client.ts';
import { isBadBlocks, type SlackAnswer } from './errors.ts';

/**
 * The same Slack for workspaces that take no tables (old, or of a plan without them): what is refused for its blocks and
 * has a table is said again in plain sections, and from then on no table is tried. A refusal is a definite no, so nothing
 * is said twice.
 */
export function plainTables(slack: Slack, log: Log): Slack {
  let refused = false;
  const say = async <T>(message: Message, send: (message: Message) => Promise<SlackAnswer<T>>) => {
    if (!message.blocks.some(isTable)) return send(message);
    if (refused) return send(withoutTables(message));
    const answer = await send(message);
    if (answer.kind !== 'refused' || !isBadBlocks(answer.code)) return answer;
    const again = await send(withoutTables(message));
    if (again.kind === 'ok') {
      refused = true;
      const { code, detail } = answer;
      log('warn', 'Slack takes no tables here: lists are shown in plain sections from now on', {
        code,
        detail,
      });
    }
    return again;
  };
  return {
    ...slack,
    post: (post) => say(post.message, (message) => slack.post({ ...post, message })),
    edit: (channel, ts, message) => say(message, (other) => slack.edit(channel, ts, other)),
    whisper: (channel, user, message) => say(message, (other) => slack.whisper(channel, user, other)),
  };
}

const isTable = (block: KnownBlock): block is TableBlock => block.type === 'table';

/** Each row as a line of its own, without the head: what the columns are can be read off the first row. */
export function withoutTables({ blocks, text }: Message): Message {
  return { text, blocks: blocks.flatMap((block) => (isTable(block) ? sections(block) : [block])) };
}

/** Shorter than a section may be, in whole rows. */
const SECTION_MAX = 2_800;

function sections(block: TableBlock): readonly KnownBlock[] {
  const texts: string[] = [];
  let text = '';
  for (const row of cellsOf(block).slice(1)) {
    const line = row.filter((cell) => cell !== '–').join(' · ');
    const grown = text === '' ? line : `${text}\n${line}`;
    if (grown.length > SECTION_MAX && text !== '') {
      texts.push(text);
      text = line;
    } else text = grown;
  }
  return [...texts, text].filter((each) => each !== '').map(plain);
}
