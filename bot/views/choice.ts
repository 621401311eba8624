import type { InputBlock, ModalView, Option, PlainTextElement } from '@slack/types';
import type { Image, ImageId } from '../../core/request/image.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { IDS } from '../ids.ts';
import { context } from '../messages/blocks.ts';
import { sizeOfOne } from '../messages/details.ts';
import { clamp, LIMITS } from '../messages/limits.ts';
import { shortName, shortTarget } from '../messages/list-words.ts';
import { clean, oneLine } from '../messages/mrkdwn.ts';
import { bytes, plural } from '../messages/words.ts';

const plainText = (text: string, max: number): PlainTextElement => ({
  type: 'plain_text',
  text: clamp(oneLine(clean(text)), max),
  emoji: false,
});

/**
 * Which of a list's images to approve or deny. All are ticked at first, so that "all but two" are two clicks; what is not
 * ticked goes on waiting. Slack shows ten checkboxes a block (docs.slack.dev/reference/block-kit/block-elements/checkboxes-element).
 */
export function renderChoice(item: RequestItem, may: readonly ImageId[]): ModalView {
  const offered = imagesOf(item).filter(([id]) => may.includes(id));
  const rules = new Set(offered.map(([, { rule }]) => rule?.name));
  const options = offered.map(([id, image]) => optionOf(id, image, rules.size > 1));
  const groups: Option[][] = [];
  for (let at = 0; at < options.length; at += LIMITS.choiceOptions) {
    groups.push(options.slice(at, at + LIMITS.choiceOptions));
  }
  const others = imagesOf(item).filter(([id, { state }]) => state === 'ready' && !may.includes(id)).length;
  return {
    type: 'modal',
    callback_id: IDS.chooseView,
    private_metadata: item.id,
    title: { type: 'plain_text', text: 'Choose images' },
    submit: { type: 'plain_text', text: 'Decide' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      ...groups.map((group, nth) =>
        checkboxes(group, { nth, from: nth * LIMITS.choiceOptions, of: options.length }),
      ),
      decision,
      reason,
      context([
        `What is not ticked goes on waiting until it expires.${
          others > 0 ? ` ${plural(others, 'more image waits', 'more images wait')} for other people.` : ''
        }`,
      ]),
    ],
  };
}

function optionOf(id: ImageId, image: Image, withRule: boolean): Option {
  const { facts, flags = [], plan, rule } = image;
  const about = [
    ...(facts ? [bytes(sizeOfOne(image))] : []),
    ...(facts && facts.platforms.length > 1 ? [plural(facts.platforms.length, 'platform')] : []),
    ...(plan?.createsRepository ? ['new repository'] : []),
    ...(flags.length > 0 ? [`⚠ ${flags.join(', ')}`] : []),
    ...(rule && withRule ? [`rule ${rule.name}`] : []),
  ].join(' · ');
  return {
    text: plainText(`${id}. ${shortName(image)} → ${shortTarget(image)}`, LIMITS.optionText),
    value: id,
    ...(about && { description: plainText(about, LIMITS.optionText) }),
  };
}

interface Place {
  readonly nth: number;
  readonly from: number;
  readonly of: number;
}

function checkboxes(options: Option[], { from, nth, of }: Place): InputBlock {
  const label =
    of <= LIMITS.choiceOptions ? 'Images' : `Images ${from + 1} to ${from + options.length} of ${of}`;
  return {
    type: 'input',
    block_id: `${IDS.chosenImages}_${nth}`,
    optional: true,
    label: { type: 'plain_text', text: label },
    element: { type: 'checkboxes', action_id: IDS.chosenImages, options, initial_options: options },
  };
}

export const APPROVE = 'approve';
export const DENY = 'deny';
const APPROVE_OPTION: Option = { text: { type: 'plain_text', text: 'Approve them' }, value: APPROVE };
const DENY_OPTION: Option = { text: { type: 'plain_text', text: 'Deny them' }, value: DENY };

const decision: InputBlock = {
  type: 'input',
  block_id: IDS.chosenDecision,
  label: { type: 'plain_text', text: 'What about the ticked ones?' },
  element: {
    type: 'radio_buttons',
    action_id: IDS.chosenDecision,
    options: [APPROVE_OPTION, DENY_OPTION],
    initial_option: APPROVE_OPTION,
  },
};

const reason: InputBlock = {
  type: 'input',
  block_id: IDS.chosenReason,
  optional: true,
  label: { type: 'plain_text', text: 'Reason' },
  hint: { type: 'plain_text', text: 'Needed to deny. The requester reads it in the thread.' },
  element: { type: 'plain_text_input', action_id: IDS.chosenReason, multiline: true, max_length: 1000 },
};
