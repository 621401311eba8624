import type { Button, KnownBlock } from '@slack/types';
import { clamp, LIMITS } from './limits.ts';
import { clean, escape, type Mrkdwn } from './mrkdwn.ts';

/** What is sent: blocks, and the whole sentence that notifications and screen readers get instead. */
export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** A message with its sentence escaped and everything within Slack's limits. */
export function message(sentence: string, blocks: readonly KnownBlock[]): Message {
  return {
    text: clamp(escape(sentence), LIMITS.messageText),
    blocks: blocks.slice(0, LIMITS.blocksInMessage),
  };
}

export const section = (text: Mrkdwn): KnownBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: clamp(text.mrkdwn, LIMITS.sectionText) },
});

/** Foreign prose: no mark-up is read in it at all. */
export const plain = (text: string): KnownBlock => ({
  type: 'section',
  text: { type: 'plain_text', text: clamp(clean(text), LIMITS.sectionText), emoji: false },
});

export const fields = (list: readonly Mrkdwn[]): KnownBlock => ({
  type: 'section',
  fields: list.slice(0, LIMITS.sectionFields).map(({ mrkdwn }) => ({
    type: 'mrkdwn' as const,
    text: clamp(mrkdwn, LIMITS.fieldText),
  })),
});

export const context = (list: readonly Mrkdwn[]): KnownBlock => ({
  type: 'context',
  elements: list.slice(0, LIMITS.contextElements).map(({ mrkdwn }) => ({
    type: 'mrkdwn' as const,
    text: clamp(mrkdwn, LIMITS.sectionText),
  })),
});

export interface ButtonOptions {
  readonly action: string;
  readonly text: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  /** What a screen reader says where the text alone does not tell. */
  readonly label: string;
}

export const actions = (id: string, buttons: readonly ButtonOptions[]): KnownBlock => ({
  type: 'actions',
  block_id: id,
  elements: buttons.slice(0, LIMITS.actionsElements).map(button),
});

const button = (options: ButtonOptions): Button => ({
  type: 'button',
  action_id: options.action,
  text: { type: 'plain_text', text: clamp(options.text, LIMITS.buttonText), emoji: false },
  value: clamp(options.value, LIMITS.buttonValue),
  accessibility_label: clamp(options.label, LIMITS.buttonText),
  ...(options.style && { style: options.style }),
});
