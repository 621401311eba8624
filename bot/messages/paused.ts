import type { KnownBlock } from '@slack/types';
import type { RequestItem } from '../../core/request/request.ts';
import { context } from './blocks.ts';
import { mrkdwn } from './mrkdwn.ts';

/** On the card of a request that something is still to happen to, while `paused` is set: people decide, nothing is copied. */
export const pausedNote = (item: RequestItem): readonly KnownBlock[] =>
  item.state === 'finished' || item.state === 'refused'
    ? []
    : [
        context([
          mrkdwn`⚠ Mirroring is paused: decisions count, and what is approved is copied when it goes on`,
        ]),
      ];
