import type { KnownBlock } from '@slack/types';
import type { Failure } from '../../core/request/failure.ts';
import { section } from './blocks.ts';
import { codeBlock, joined, mrkdwn } from './mrkdwn.ts';

/** What happened, what to do next, and the corrected command where there is one. */
export function failureBlocks(failure: Failure, options: { readonly mark: boolean }): KnownBlock[] {
  const head = mrkdwn`${options.mark ? '✕ ' : ''}${failure.summary}`;
  return [
    section(joined([head, mrkdwn`${failure.hint}`], '\n')),
    ...(failure.command ? [section(codeBlock(failure.command))] : []),
  ];
}

/** The same as one paragraph, for texts without blocks. */
export const failureText = (failure: Failure): string =>
  [failure.summary, failure.hint, ...(failure.command ? [failure.command] : [])].join('\n');
