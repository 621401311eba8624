import type { InputBlock, KnownBlock, Option, PlainTextElement } from '@slack/types';
import type { Config, Team } from '../../core/config/schema.ts';
import { IDS } from '../ids.ts';
import { clamp, LIMITS } from '../messages/limits.ts';
import { listing } from '../messages/words.ts';

/** What stands in the fields when the form opens. */
export interface Filled {
  readonly source?: string;
  readonly target?: string;
  readonly platforms?: readonly string[];
  readonly destination?: string;
  readonly reason?: string;
}

const plain = (text: string, max: number): PlainTextElement => ({
  type: 'plain_text',
  text: clamp(text, max),
  emoji: false,
});

export const SOURCE_MAX = 400;
export const TARGET_MAX = 400;
export const REASON_MAX = 500;
const HINT_MAX = 2_000;
const PLACEHOLDER_MAX = 150;

interface TextInput {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly example?: string;
  readonly initial?: string | undefined;
  readonly max: number;
  readonly multiline?: boolean;
  readonly optional?: boolean;
  readonly focus?: boolean;
}

/** One line or several of text; block and field have the same id. */
function textInput({
  example,
  focus,
  hint,
  id,
  initial,
  label,
  max,
  multiline,
  optional,
}: TextInput): InputBlock {
  return {
    type: 'input',
    block_id: id,
    label: plain(label, LIMITS.inputLabel),
    ...(hint !== undefined && { hint: plain(hint, HINT_MAX) }),
    ...(optional && { optional }),
    element: {
      type: 'plain_text_input',
      action_id: id,
      max_length: max,
      ...(multiline && { multiline }),
      ...(focus && { focus_on_load: true }),
      ...(initial !== undefined && initial !== '' && { initial_value: initial.slice(0, max) }),
      ...(example !== undefined && { placeholder: plain(example, PLACEHOLDER_MAX) }),
    },
  };
}

interface Choice {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly initial: string;
}

function selectInput({ hint, id, initial, label, options }: Choice): InputBlock {
  const all = options.map(([value, text]): Option & { text: PlainTextElement } => ({
    text: plain(text, LIMITS.buttonText),
    value,
  }));
  const chosen = all.find(({ value }) => value === initial) ?? all[0];
  return {
    type: 'input',
    block_id: id,
    label: plain(label, LIMITS.inputLabel),
    ...(hint !== undefined && { hint: plain(hint, HINT_MAX) }),
    element: {
      type: 'static_select',
      action_id: id,
      options: all,
      ...(chosen && { initial_option: chosen }),
    },
  };
}

export const sourceInput = (initial: string | undefined): InputBlock =>
  textInput({
    id: IDS.formSource,
    label: 'Image',
    hint: 'As docker pull takes it, or the address of its page on Docker Hub, Quay or GitHub. Its digest is pinned when you submit.',
    example: 'nginx:1.27-alpine',
    initial,
    max: SOURCE_MAX,
    focus: true,
  });

export const targetInput = (prefixes: readonly string[], initial: string | undefined): InputBlock => {
  const names = prefixes.map((prefix) => prefix.replace(/\/$/, ''));
  return textInput({
    id: IDS.formTarget,
    label: 'Repository in ECR',
    hint: `Starts with ${listing(names)}. Left empty: ${names[0] ?? ''}/ and the last part of the image's name, with its tag.`,
    example: `${names[0] ?? 'base-images'}/nginx`,
    initial,
    max: TARGET_MAX,
    optional: true,
  });
};

export const ALL_PLATFORMS = 'all';
const PLATFORMS = [
  [ALL_PLATFORMS, 'The whole image, as it is'],
  ['linux/amd64', 'Only linux/amd64'],
  ['linux/arm64', 'Only linux/arm64'],
  ['linux/amd64,linux/arm64', 'linux/amd64 and linux/arm64'],
] as const;

export function platformInput(platforms: readonly string[] = []): InputBlock {
  const given = platforms.join(',');
  const known = given === '' || PLATFORMS.some(([value]) => value === given);
  return selectInput({
    id: IDS.formPlatform,
    label: 'Platforms',
    hint: 'Two platforms are a new index with a digest of its own, which no signature of the whole image fits.',
    options: known ? PLATFORMS : [...PLATFORMS, [given, `Only ${given}`]],
    initial: given === '' ? ALL_PLATFORMS : given,
  });
}

/** Nothing to choose where there is one. */
export function destinationInput(
  { destinations }: Config,
  initial: string | undefined,
): readonly InputBlock[] {
  if (destinations.length < 2) return [];
  return [
    selectInput({
      id: IDS.formDestination,
      label: 'Destination',
      options: destinations
        .slice(0, OPTIONS_MAX)
        .map(({ account, name, region }) => [name, `${name} (${account}, ${region})`]),
      initial: initial ?? destinations[0]?.name ?? '',
    }),
  ];
}

/** Only where the form was opened from no channel, which would say it. */
export function teamInput(teams: readonly Team[]): readonly InputBlock[] {
  if (teams.length < 2) return [];
  return [
    selectInput({
      id: IDS.formTeam,
      label: 'Team',
      hint: 'The card goes to its channel, and its repositories are those it may write.',
      options: teams.slice(0, OPTIONS_MAX).map(({ id, prefixes }) => [id, `${id}: ${prefixes.join(', ')}`]),
      initial: (teams.find(({ id }) => id === 'default') ?? teams[0])?.id ?? '',
    }),
  ];
}

const OPTIONS_MAX = 100;

export const reasonInput = (initial?: string): InputBlock =>
  textInput({
    id: IDS.formReason,
    label: 'Why',
    hint: 'Stands on the card, for those who decide.',
    example: 'base image for the shop front end',
    initial,
    max: REASON_MAX,
    multiline: true,
    optional: true,
  });

export const noteBlock = (text: string): KnownBlock => ({
  type: 'section',
  text: plain(text, LIMITS.sectionText),
});
