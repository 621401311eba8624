import type { InputBlock, KnownBlock, ModalView, Option } from '@slack/types';
import type { FormPlace } from '../form/form-place.ts';
import { REASON_MAX } from '../form/inputs.ts';
import { IDS } from '../ids.ts';
import { plain } from '../messages/blocks.ts';
import { LIMITS } from '../messages/limits.ts';

export interface ListForm {
  readonly place: FormPlace;
  readonly text?: string;
  readonly reason?: string | undefined;
  /** Above the field: what is wrong with the text in it. */
  readonly note?: string;
}

/** One image a line in a large field; as many fields as the text needs, since one holds 3,000 characters. */
export function renderList({ note, place, reason, text = '' }: ListForm): ModalView {
  return {
    type: 'modal',
    callback_id: IDS.listView,
    private_metadata: JSON.stringify(place),
    title: { type: 'plain_text', text: 'Mirror a list' },
    submit: { type: 'plain_text', text: 'Ask for them' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      ...(note === undefined ? [] : [plain(note)]),
      ...textFields(text),
      fileField,
      reasonField(reason),
      options,
    ],
  };
}

/** The texts of the fields, each whole lines. */
export function fieldTexts(text: string): readonly string[] {
  const fields: string[] = [];
  let field = '';
  for (const line of text.split('\n')) {
    const grown = field === '' ? line : `${field}\n${line}`;
    if (grown.length > LIMITS.inputText && field !== '') {
      fields.push(field);
      field = line.slice(0, LIMITS.inputText);
    } else field = grown.slice(0, LIMITS.inputText);
  }
  return [...fields, field];
}

const textFields = (text: string): readonly KnownBlock[] =>
  fieldTexts(text).map(
    (initial, nth): InputBlock => ({
      type: 'input',
      block_id: `${IDS.listText}_${nth}`,
      optional: true,
      label: { type: 'plain_text', text: nth === 0 ? 'Images, one a line' : 'and' },
      ...(nth === 0 && {
        hint: {
          type: 'plain_text',
          text: 'A line is a source and, if you like, a target: nginx:1.27-alpine base-images/nginx. Options such as --platform linux/amd64 may follow. A Dockerfile or compose file works too. More than 25 images become several requests.',
        },
      }),
      element: {
        type: 'plain_text_input',
        action_id: IDS.listText,
        multiline: true,
        max_length: LIMITS.inputText,
        ...(nth === 0 && {
          placeholder: { type: 'plain_text', text: 'nginx:1.27-alpine base-images/nginx\nredis:7.2-alpine' },
          focus_on_load: true,
        }),
        ...(initial !== '' && { initial_value: initial }),
      },
    }),
  );

/** docs.slack.dev/reference/block-kit/block-elements/file-input-element: for lists that do not fit a field. */
const fileField: InputBlock = {
  type: 'input',
  block_id: IDS.listFile,
  optional: true,
  label: { type: 'plain_text', text: 'Or a file' },
  hint: { type: 'plain_text', text: 'The same lines as a text file, or a Dockerfile or compose file.' },
  element: { type: 'file_input', action_id: IDS.listFile, max_files: 1 },
};

const reasonField = (initial: string | undefined): InputBlock => ({
  type: 'input',
  block_id: IDS.listReason,
  optional: true,
  label: { type: 'plain_text', text: 'Why' },
  hint: { type: 'plain_text', text: 'Stands on the card, for those who decide.' },
  element: {
    type: 'plain_text_input',
    action_id: IDS.listReason,
    max_length: REASON_MAX,
    ...(initial !== undefined && initial !== '' && { initial_value: initial.slice(0, REASON_MAX) }),
  },
});

export const SKIP = 'skip';
export const DRY_RUN = 'dry-run';
const SKIP_OPTION: Option = {
  text: { type: 'plain_text', text: 'Leave out lines that cannot be used' },
  value: SKIP,
};
const DRY_RUN_OPTION: Option = {
  text: { type: 'plain_text', text: 'Only tell me what would happen' },
  description: { type: 'plain_text', text: 'Looked up and answered privately; nobody is asked.' },
  value: DRY_RUN,
};

const options: InputBlock = {
  type: 'input',
  block_id: IDS.listOptions,
  optional: true,
  label: { type: 'plain_text', text: 'Options' },
  element: { type: 'checkboxes', action_id: IDS.listOptions, options: [SKIP_OPTION, DRY_RUN_OPTION] },
};
