import type { Block, Ephemeral, Transcript, TranscriptMessage } from '../local-api.ts';

/** What one line of a channel or a thread shows. */
export interface Line {
  readonly ts: string;
  readonly author: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly edited: boolean;
  /** Only the person the page acts as can see it. */
  readonly ephemeral: boolean;
  /** Same author shortly after: drawn without name and picture. */
  readonly grouped: boolean;
  readonly replies: readonly Reply[];
}

type Reply = Omit<TranscriptMessage, 'replies'>;

/** Messages and private lines of a channel in order of time; private answers in a thread stay in the thread. */
export function channelLines(transcript: Transcript, app: string): readonly Line[] {
  const roots = new Set(transcript.messages.map((message) => message.ts));
  const here = transcript.ephemerals.filter(
    ({ thread_ts }) => thread_ts === undefined || !roots.has(thread_ts),
  );
  return inOrder([
    ...transcript.messages.map(lineOfMessage),
    ...here.map((line) => lineOfEphemeral(line, app)),
  ]);
}

/** The replies below a message and the private answers in its thread. */
export function threadLines(transcript: Transcript, root: TranscriptMessage, app: string): readonly Line[] {
  const here = transcript.ephemerals.filter(({ thread_ts }) => thread_ts === root.ts);
  const replies = root.replies.map((reply) => lineOfMessage({ ...reply, replies: [] }));
  return inOrder([...replies, ...here.map((line) => lineOfEphemeral(line, app))]);
}

export function lineOfMessage(message: TranscriptMessage): Line {
  const { ts, user, text, blocks, replies } = message;
  return {
    ts,
    author: user,
    text,
    blocks,
    edited: message.edited === true,
    ephemeral: false,
    grouped: false,
    replies,
  };
}

/** `user` of a private line is its reader; its author is the app. */
function lineOfEphemeral({ ts, text, blocks }: Ephemeral, app: string): Line {
  return { ts, author: app, text, blocks, edited: false, ephemeral: true, grouped: false, replies: [] };
}

const GROUP_SECONDS = 300;

function inOrder(lines: readonly Line[]): readonly Line[] {
  const sorted = lines.toSorted((a, b) => Number.parseFloat(a.ts) - Number.parseFloat(b.ts));
  return sorted.map((line, at) => {
    const previous = sorted[at - 1];
    return { ...line, grouped: previous !== undefined && belongsTo(line, previous) };
  });
}

function belongsTo(line: Line, previous: Line): boolean {
  const apart = Number.parseFloat(line.ts) - Number.parseFloat(previous.ts);
  const plain = !line.ephemeral && !previous.ephemeral && previous.replies.length === 0;
  return plain && line.author === previous.author && apart < GROUP_SECONDS;
}
