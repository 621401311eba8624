import type { ViewDeps } from '../deps.ts';
import { parseFormPlace } from '../form/form-place.ts';
import { choicesOf, fieldOf, type FormValues } from '../form/form-values.ts';
import { resultView } from '../form/result-view.ts';
import type { SubmitArgs } from '../form/submit-form.ts';
import { formTarget } from '../form/team-of-form.ts';
import { whereTo } from '../form/where.ts';
import { IDS } from '../ids.ts';
import { badLinesText, renderListAsked } from '../messages/list-asked.ts';
import { askList } from './ask-list.ts';
import { readList } from './read-list.ts';
import { DRY_RUN, SKIP } from './render-list.ts';

/**
 * A list was filled in. Lines that cannot be used are told under the field and the text stays; with "leave out" ticked the
 * others are asked for. The answer stands in the dialog's place.
 */
export async function submitList(deps: ViewDeps, { ack, body, view }: SubmitArgs): Promise<void> {
  const place = parseFormPlace(view.private_metadata);
  const values: FormValues = view.state.values;
  const { channel, team } = formTarget(deps.config, place, undefined);
  const fields = textsOf(view.state.values);
  const { config, configHash } = deps;
  const reading = readList({ config, configHash, team }, fields.map(({ text }) => text).join('\n'));
  const chosen = choicesOf(values, IDS.listOptions);
  const [first] = fields;
  const at = first?.id ?? `${IDS.listText}_0`;
  if (reading.lines.length === 0 && reading.bad.length === 0) {
    await ack({ response_action: 'errors', errors: { [at]: 'Write at least one image.' } });
    return;
  }
  if (reading.bad.length > 0 && (!chosen.includes(SKIP) || reading.lines.length === 0)) {
    await ack({ response_action: 'errors', errors: errorsOf(reading.bad, fields) });
    return;
  }
  const parts = await askList(deps, {
    workspace: body.team?.id ?? body.user.team_id ?? '',
    user: body.user.id,
    channel,
    trigger: view.id,
    team,
    reading,
    reason: fieldOf(values, IDS.listReason),
    dryRun: chosen.includes(DRY_RUN),
  });
  const where = whereTo(config, channel, place.channel);
  const said = renderListAsked({ parts, reading, where, paused: config.paused });
  const sure = parts.every(({ item }) => item);
  await ack({ response_action: 'update', view: resultView(sure ? 'Asked for' : 'Not sure', said) });
}

interface Field {
  readonly id: string;
  readonly text: string;
  /** The first of its lines in the whole list, from 1. */
  readonly from: number;
}

function textsOf(values: SubmitArgs['view']['state']['values']): readonly Field[] {
  const ids = Object.keys(values)
    .filter((id) => id.startsWith(`${IDS.listText}_`))
    .toSorted((a, b) => Number(a.split('_').at(-1)) - Number(b.split('_').at(-1)));
  let from = 1;
  return ids.map((id) => {
    const text = values[id]?.[IDS.listText]?.value ?? '';
    const field = { id, text, from };
    from += text.split('\n').length;
    return field;
  });
}

/** Each bad line under the field that it stands in. */
function errorsOf(bad: Parameters<typeof badLinesText>[0], fields: readonly Field[]): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const [n, { id, from }] of fields.entries()) {
    const next = fields[n + 1]?.from ?? Number.POSITIVE_INFINITY;
    const own = bad.filter(({ line }) => line >= from && line < next);
    if (own.length > 0)
      errors[id] = badLinesText(own.map((each) => ({ ...each, line: each.line - from + 1 })));
  }
  return errors;
}
