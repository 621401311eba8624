import type { View } from '@slack/types';
import { familiarReference } from '../../core/oci/reference.ts';
import type { Image } from '../../core/request/image.ts';
import { IDS } from '../ids.ts';
import { section } from '../messages/blocks.ts';
import { holdingLines } from '../messages/gate.ts';
import { joined } from '../messages/mrkdwn.ts';
import { renderTextForm } from './text-form.ts';

export type GateChoice = 'release' | 'leave';

export interface GateDecision {
  readonly choice: GateChoice;
  readonly image: Image;
  /** Of which request and image; everything else is read from the item again. */
  readonly carries: string;
}

const TEXTS = {
  release: {
    view: IDS.releaseView,
    title: 'Release this image',
    submit: 'Release',
    label: (what: string): string => `Why may ${what} be used although its scan holds it back?`,
    hint: 'It is kept with your name and read in the thread. The image gets its tag next.',
  },
  leave: {
    view: IDS.leaveView,
    title: 'Leave it untagged',
    submit: 'Leave untagged',
    label: (what: string): string => `Why is ${what} not used?`,
    hint: 'The requester reads this in the thread. Nothing is tagged.',
  },
} as const;

/** What holds the image, once more, and the reason for the decision. */
export function renderGateDecision({ carries, choice, image }: GateDecision): View {
  const { label, view, ...texts } = TEXTS[choice];
  return renderTextForm({
    ...texts,
    callback: view,
    carries,
    above: section(joined(holdingLines(image), '\n')),
    block: IDS.gateReasonBlock,
    label: label(familiarReference(image.source)),
  });
}
