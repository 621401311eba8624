import type { AllMiddlewareArgs, MessageShortcut, SlackShortcutMiddlewareArgs } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { ViewDeps } from '../deps.ts';
import type { FormPlace } from '../form/form-place.ts';
import { renderChoice } from '../form/render-choice.ts';
import { renderForm } from '../form/render-form.ts';
import { formTarget } from '../form/team-of-form.ts';
import { formNotOpened } from '../messages/form-hint.ts';
import { readEntry } from '../requests/read-entry.ts';
import { respondPrivately } from '../slack/respond-privately.ts';
import { imagesInMessage } from './images-in-message.ts';

type Args = SlackShortcutMiddlewareArgs<MessageShortcut> & AllMiddlewareArgs;

/** "Mirror the images in this message": works in threads too, where slash commands do not. */
export async function mirrorMessageShortcut(
  deps: ViewDeps,
  { ack, body, client, respond, shortcut }: Args,
): Promise<void> {
  const { channel, message, trigger_id } = shortcut;
  const thread: unknown = message['thread_ts'];
  const place = { channel: channel.id, ...(typeof thread === 'string' && { thread }) };
  let opened = true;
  try {
    await client.views.open({ trigger_id, view: viewFor(deps, place, message) });
  } catch (error) {
    deps.log('warn', 'the form did not open', { error });
    opened = false;
  }
  await ack();
  if (!opened) await respondPrivately({ body, client, respond }, formNotOpened());
}

function viewFor({ config }: ViewDeps, place: FormPlace, message: MessageShortcut['message']): ModalView {
  const found = imagesInMessage(config, textOfMessage(message));
  const { team } = formTarget(config, place, undefined);
  const read = found.map(({ platforms, source }) =>
    readEntry(config, team, { source, ...(platforms && { platforms }) }),
  );
  const entries = read.flatMap((each) => (each.ok ? [each.entry] : []));
  const [only] = found;
  if (only && found.length === 1) {
    const { platforms, source } = only;
    return renderForm(config, { place, filled: { source, ...(platforms && { platforms }) } });
  }
  if (entries.length === 0) {
    return renderForm(config, { place, note: 'No image was found in this message: write it here.' });
  }
  const left = read.flatMap((each) => (each.ok ? [] : [each.failure.summary]));
  return renderChoice({ place, entries, left: left.slice(0, LEFT_MAX) });
}

const LEFT_MAX = 5;

/**
 * What people read of a message: its text, and what stands in code blocks of its rich text. `text` has them too
 * (docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload), but for messages of apps, whose text may
 * be a summary of their blocks.
 */
function textOfMessage(message: MessageShortcut['message']): string {
  const parts = [message.text ?? ''];
  const walk = (value: unknown, depth: number): void => {
    if (depth > DEPTH_MAX) return;
    if (Array.isArray(value)) for (const each of value) walk(each, depth + 1);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'text' && typeof inner === 'string') parts.push(inner);
        else walk(inner, depth + 1);
      }
    }
  };
  if (message['bot_id'] !== undefined) walk(message['blocks'], 0);
  return parts.join('\n').slice(0, TEXT_MAX);
}

const DEPTH_MAX = 8;
const TEXT_MAX = 40_000;
