import type { ModalView } from '@slack/types';
import { teamOf } from '../../core/config/naming.ts';
import type { Config } from '../../core/config/schema.ts';
import { IDS } from '../ids.ts';
import type { FormPlace } from './form-place.ts';
import {
  destinationInput,
  type Filled,
  noteBlock,
  platformInput,
  reasonInput,
  sourceInput,
  targetInput,
  teamInput,
} from './inputs.ts';

export interface FormOptions {
  readonly place: FormPlace;
  readonly filled?: Filled;
  /** Said above the fields. */
  readonly note?: string;
}

/** The same fields as the command, one below the other. Made from the configuration alone: a trigger lasts three seconds. */
export function renderForm(config: Config, { filled = {}, note, place }: FormOptions): ModalView {
  const team = teamOf(config, place.channel ?? config.channels.default);
  const teams = place.channel === undefined ? config.teams : [];
  const prefixes = teams.length > 1 ? teams.flatMap((each) => each.prefixes) : (team?.prefixes ?? []);
  return {
    type: 'modal',
    callback_id: IDS.formView,
    private_metadata: JSON.stringify(place),
    title: { type: 'plain_text', text: 'Mirror an image' },
    submit: { type: 'plain_text', text: 'Ask for it' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      ...(note === undefined ? [] : [noteBlock(note)]),
      sourceInput(filled.source),
      targetInput(prefixes.slice(0, 5), filled.target),
      ...teamInput(teams),
      platformInput(filled.platforms),
      ...destinationInput(config, filled.destination),
      reasonInput(filled.reason),
    ],
  };
}
