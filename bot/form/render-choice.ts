import type { InputBlock, ModalView, Option, PlainTextElement } from '@slack/types';
import { familiarReference, formatReference } from '../../core/oci/reference.ts';
import type { Entry } from '../../core/request/image.ts';
import { IMAGES_MAX } from '../../core/request/parts.ts';
import { IDS } from '../ids.ts';
import { clamp, LIMITS } from '../messages/limits.ts';
import { plural } from '../messages/words.ts';
import type { Typed } from '../requests/read-entry.ts';
import { type FormPlace, parseFormPlace, parseJson } from './form-place.ts';
import { noteBlock, reasonInput } from './inputs.ts';

/** How many checkboxes stand in one block. */
export const BOXES = LIMITS.choiceOptions;

export interface Choice {
  readonly place: FormPlace;
  /** What can be asked for, as it would be. */
  readonly entries: readonly Entry[];
  /** What was found and cannot, each as a line. */
  readonly left?: readonly string[];
}

/**
 * Which of several images, all of them ticked. The choice comes back as numbers into the list that travels in
 * private_metadata; what does not fit there is not offered.
 */
export function renderChoice({ entries, left = [], place }: Choice): ModalView {
  const offered = fitting(place, entries);
  const more = entries.length - offered.length;
  const notes = [
    ...left,
    ...(more > 0 ? [`${plural(more, 'more image')} did not fit here; ask for them with /mirror.`] : []),
  ];
  return {
    type: 'modal',
    callback_id: IDS.choiceView,
    private_metadata: metadata(place, offered),
    title: { type: 'plain_text', text: 'Mirror these images' },
    submit: { type: 'plain_text', text: 'Ask for them' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [...boxes(offered), ...(notes.length > 0 ? [noteBlock(notes.join('\n'))] : []), reasonInput()],
  };
}

function boxes(entries: readonly Entry[]): readonly InputBlock[] {
  const blocks: InputBlock[] = [];
  for (let from = 0; from < entries.length; from += BOXES) {
    const options = entries.slice(from, from + BOXES).map((entry, n) => option(entry, from + n));
    blocks.push({
      type: 'input',
      block_id: `${IDS.choiceImages}_${from / BOXES}`,
      label: { type: 'plain_text', text: from === 0 ? 'Images in this message' : 'and' },
      // Of several tens nothing in one is a choice too; that nothing at all was chosen is found out at the submission.
      optional: entries.length > BOXES,
      element: {
        type: 'checkboxes',
        action_id: `${IDS.choiceImages}_${from / BOXES}`,
        options,
        initial_options: options,
      },
    });
  }
  return blocks;
}

const option = ({ source, target }: Entry, n: number): Option & { text: PlainTextElement } => ({
  text: { type: 'plain_text', text: clamp(familiarReference(source), LIMITS.optionText), emoji: false },
  value: String(n),
  description: {
    type: 'plain_text',
    text: clamp(`to ${target.repository}:${target.tag}`, LIMITS.optionText),
    emoji: false,
  },
});

const metadata = (place: FormPlace, entries: readonly Entry[]): string =>
  JSON.stringify({ ...place, images: entries.map(travelling) });

/** `docker.io/library/nginx:1 linux/amd64,linux/arm64`, or without platforms where it is the whole image. */
const travelling = ({ platforms = [], source }: Entry): string =>
  [formatReference(source), ...(platforms.length > 0 ? [platforms.join(',')] : [])].join(' ');

function travelled(text: string): Typed {
  const [source = '', platforms] = text.split(' ');
  return { source, ...(platforms !== undefined && { platforms: platforms.split(',') }) };
}

function fitting(place: FormPlace, entries: readonly Entry[]): readonly Entry[] {
  // All that is ticked becomes one request.
  let kept = entries.slice(0, IMAGES_MAX);
  while (metadata(place, kept).length > LIMITS.privateMetadata) kept = kept.slice(0, -1);
  return kept;
}

/** The list that travelled, by number. */
export function parseChoice(text: string): { readonly place: FormPlace; readonly images: readonly Typed[] } {
  const value = parseJson(text);
  const images: unknown =
    typeof value === 'object' && value !== null && 'images' in value ? value.images : [];
  return {
    place: parseFormPlace(text),
    images: Array.isArray(images) ? images.filter((image) => typeof image === 'string').map(travelled) : [],
  };
}
