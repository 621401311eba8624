import type { KnownBlock } from '@slack/types';
import type { Failure } from '../../core/request/failure.ts';
import { plain, section } from './blocks.ts';
import { codeBlock } from './mrkdwn.ts';

/**
 * What happened, what to do next, and the corrected command where there is one. Plain text: the sentences quote other
 * systems, and nothing in them is mark-up.
 */
export function failureBlocks(failure: Failure, options: { readonly mark: boolean }): KnownBlock[] {
  return [
    plain(`${options.mark ? '✕ ' : ''}${failure.summary}\n${failure.hint}`),
    ...(failure.command ? [section(codeBlock(failure.command))] : []),
  ];
}

/** Under a line that tells what happened already. */
export const nextStep = ({ command, hint }: Failure): KnownBlock[] => [
  plain(hint),
  ...(command ? [section(codeBlock(command))] : []),
];

/** The same as one paragraph, for texts without blocks. */
export const failureText = (failure: Failure): string =>
  [failure.summary, failure.hint, ...(failure.command ? [failure.command] : [])].join('\n');
