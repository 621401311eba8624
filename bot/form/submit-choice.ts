import { deniedAnyhow } from '../../core/config/rules.ts';
import { familiarReference } from '../../core/oci/reference.ts';
import type { Entry } from '../../core/request/image.ts';
import type { ViewDeps } from '../deps.ts';
import { IDS } from '../ids.ts';
import { renderAsked, renderUnsure } from '../messages/asked.ts';
import { clamp } from '../messages/limits.ts';
import { askFor } from '../requests/ask-for.ts';
import { readEntry, type Typed } from '../requests/read-entry.ts';
import { senderOf } from '../sender.ts';
import { answerInPlace } from '../slack/answer-in-place.ts';
import type { SubmitArgs } from '../views/submitted.ts';
import { FIELD_ERROR_MAX } from './field-error.ts';
import { choicesOf, fieldOf, type FormValues } from './form-values.ts';
import { BOXES, parseChoice } from './render-choice.ts';
import { resultView } from './result-view.ts';
import { type FormTarget, formTarget } from './team-of-form.ts';
import { whereTo } from './where.ts';

/** The chosen images of a message become one request; what is wrong with one of them is said under its boxes. */
export async function submitChoice(deps: ViewDeps, { ack, body, client, view }: SubmitArgs): Promise<void> {
  const { images, place } = parseChoice(view.private_metadata);
  const values: FormValues = view.state.values;
  const target = formTarget(deps.config, place, undefined);
  const read = readChoice(deps, { target, images, values });
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
    entries: Object.fromEntries(read.entries.map((entry, n) => [String(n + 1), entry])),
    ...(reason !== undefined && { reason }),
  });
  if (!item) {
    await ack({ response_action: 'update', view: resultView('Not sure', renderUnsure(read.entries)) });
    return;
  }
  const said = renderAsked(item, {
    paused: deps.config.paused,
    where: whereTo(deps.config, target.channel, place.channel),
  });
  await ack();
  const { channel = target.channel, thread } = place;
  const at = { user: body.user.id, channel, ...(thread !== undefined && { thread }) };
  if (!(await answerInPlace(client, at, said))) {
    deps.log('warn', 'a private answer could not be said', { requestId: item.id, channel });
  }
}

interface Chosen {
  readonly target: FormTarget;
  readonly images: readonly Typed[];
  readonly values: FormValues;
}
type Read = { readonly entries: readonly Entry[] } | { readonly errors: Record<string, string> };

function readChoice({ config, configHash }: ViewDeps, { images, target: { team }, values }: Chosen): Read {
  const numbers = Object.keys(values)
    .filter((id) => id.startsWith(IDS.choiceImages))
    .flatMap((id) => choicesOf(values, id).map(Number));
  const errors: Record<string, string> = {};
  const entries: Entry[] = [];
  for (const n of numbers.toSorted((a, b) => a - b)) {
    const wrong = (text: string) => {
      errors[`${IDS.choiceImages}_${Math.floor(n / BOXES)}`] ??= clamp(text, FIELD_ERROR_MAX);
    };
    const read = readEntry(config, team, images[n] ?? { source: '' });
    if (!read.ok) {
      wrong(read.failure.summary);
      continue;
    }
    const { source, target } = read.entry;
    const denied = deniedAnyhow(config, { team, source, target, configHash });
    const same = entries.find((other) => sameTarget(other, read.entry));
    if (denied) wrong(`${familiarReference(source)} is not let in: rule ${denied.name} denies it.`);
    else if (same) {
      const both = `${familiarReference(same.source)} and ${familiarReference(source)}`;
      wrong(`${both} would both stand in ${target.repository}:${target.tag}: leave one out.`);
    } else entries.push(read.entry);
  }
  if (Object.keys(errors).length > 0) return { errors };
  if (entries.length > 0) return { entries };
  return { errors: { [`${IDS.choiceImages}_0`]: 'Tick at least one image.' } };
}

const sameTarget = (a: Entry, b: Entry): boolean =>
  a.target.repository === b.target.repository &&
  a.target.tag === b.target.tag &&
  a.target.destination === b.target.destination;
