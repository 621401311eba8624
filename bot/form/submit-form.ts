import { deniedAnyhow } from '../../core/config/rules.ts';
import { failures } from '../../core/request/failure.ts';
import type { Entry } from '../../core/request/image.ts';
import { parseAsked } from '../commands/command-text.ts';
import type { ViewDeps } from '../deps.ts';
import { IDS } from '../ids.ts';
import { renderAsked, renderUnsure } from '../messages/asked.ts';
import { cleanPasted } from '../pasted/clean.ts';
import { askFor } from '../requests/ask-for.ts';
import { readEntry } from '../requests/read-entry.ts';
import { senderOf } from '../sender.ts';
import { answerInPlace } from '../slack/answer-in-place.ts';
import type { SubmitArgs } from '../views/submitted.ts';
import { fieldError } from './field-error.ts';
import { parseFormPlace } from './form-place.ts';
import { fieldOf, type FormValues } from './form-values.ts';
import { ALL_PLATFORMS } from './inputs.ts';
import { resultView } from './result-view.ts';
import { type FormTarget, formTarget } from './team-of-form.ts';
import { whereTo } from './where.ts';

/** The form was filled in: what is wrong is said under its field, else it is asked for, and told where it was opened. */
export async function submitForm(deps: ViewDeps, { ack, body, client, view }: SubmitArgs): Promise<void> {
  const place = parseFormPlace(view.private_metadata);
  const values: FormValues = view.state.values;
  const target = formTarget(deps.config, place, fieldOf(values, IDS.formTeam));
  const read = readForm(deps, target, values);
  if ('errors' in read) {
    await ack({ response_action: 'errors', errors: read.errors });
    return;
  }
  const reason = fieldOf(values, IDS.formReason);
  const item = await askFor(deps, {
    ...senderOf({ body }),
    channel: target.channel,
    trigger: view.id,
    team: target.team,
    entries: { '1': read.entry },
    ...(reason !== undefined && { reason }),
  });
  if (!item) {
    await ack({ response_action: 'update', view: resultView('Not sure', renderUnsure([read.entry])) });
    return;
  }
  const where = whereTo(deps.config, target.channel, place.channel);
  const said = renderAsked(item, { paused: deps.config.paused, where });
  if (place.channel === undefined) {
    await ack({ response_action: 'update', view: resultView('Asked for', said) });
    return;
  }
  await ack();
  const { channel, thread } = place;
  const at = { user: body.user.id, channel, ...(thread !== undefined && { thread }) };
  if (!(await answerInPlace(client, at, said))) {
    deps.log('warn', 'a private answer could not be said', { requestId: item.id, channel });
  }
}

type Read = { readonly entry: Entry } | { readonly errors: Record<string, string> };

/** Syntax, naming, and the rules that deny whatever the look-up finds. */
function readForm({ config, configHash }: ViewDeps, { team }: FormTarget, values: FormValues): Read {
  // What people paste around an image is taken off here as in the command.
  const pasted = parseAsked(cleanPasted(fieldOf(values, IDS.formSource) ?? ''));
  if (pasted.kind === 'mistake') return { errors: { [IDS.formSource]: pasted.mistake.message } };
  const target = fieldOf(values, IDS.formTarget) ?? pasted.target;
  const to = fieldOf(values, IDS.formDestination) ?? pasted.to;
  const chosen = fieldOf(values, IDS.formPlatform) ?? ALL_PLATFORMS;
  const platforms = chosen === ALL_PLATFORMS ? pasted.platforms : chosen.split(',');
  const read = readEntry(config, team, {
    source: pasted.source,
    ...(target !== undefined && { target }),
    ...(pasted.tag !== undefined && { tag: pasted.tag }),
    ...(to !== undefined && { to }),
    ...(platforms && { platforms }),
  });
  if (!read.ok) {
    const field = read.at === 'to' ? 'other' : read.at;
    return { errors: { [FIELDS[read.at]]: fieldError(read.failure, field) } };
  }
  const { entry } = read;
  const denied = deniedAnyhow(config, { team, source: entry.source, target: entry.target, configHash });
  if (denied) {
    const failure = failures.denyRule({
      source: entry.source,
      rule: denied.name,
      ...(denied.message !== undefined && { message: denied.message }),
    });
    return { errors: { [IDS.formSource]: fieldError(failure, 'other') } };
  }
  return { entry };
}

const FIELDS = { source: IDS.formSource, target: IDS.formTarget, to: IDS.formDestination } as const;
