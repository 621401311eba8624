import type { WebClient } from '@slack/web-api';
import type { ViewDeps } from '../deps.ts';
import { parseFormPlace } from '../form/form-place.ts';
import { choicesOf, fieldOf, type FormValues } from '../form/form-values.ts';
import { resultView } from '../form/result-view.ts';
import { formTarget } from '../form/team-of-form.ts';
import { whereTo } from '../form/where.ts';
import { IDS } from '../ids.ts';
import { badLinesText, renderListAsked } from '../messages/list-asked.ts';
import { senderOf } from '../sender.ts';
import { FILE_MAX_BYTES, type FileRead, readSlackFile } from '../slack/read-file.ts';
import type { SubmitArgs } from '../views/submitted.ts';
import { askList } from './ask-list.ts';
import { readList } from './read-list.ts';
import { DRY_RUN, SKIP } from './render-list.ts';

/**
 * A list was filled in. Lines that cannot be used are told under the field and the text stays; with "leave out" ticked the
 * others are asked for. The answer stands in the dialog's place.
 */
export async function submitList(deps: ViewDeps, { ack, body, client, view }: SubmitArgs): Promise<void> {
  const place = parseFormPlace(view.private_metadata);
  const values: FormValues = view.state.values;
  const { channel, team } = formTarget(deps.config, place, undefined);
  const file = await fileOf(client, view.state.values);
  if (file && 'problem' in file) {
    await ack({ response_action: 'errors', errors: { [IDS.listFile]: file.problem } });
    return;
  }
  const fields = [...textsOf(view.state.values), ...(file ? [file] : [])].reduce<readonly Field[]>(
    numbered,
    [],
  );
  const { config, configHash } = deps;
  const reading = readList({ config, configHash, team }, ...fields.map(({ text }) => text));
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
    ...senderOf({ body }),
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

type Values = SubmitArgs['view']['state']['values'];
type Text = Omit<Field, 'from'>;

/** Each field's lines go on counting where those of the one before end. */
function numbered(fields: readonly Field[], { id, text }: Text): readonly Field[] {
  const last = fields.at(-1);
  const from = last ? last.from + last.text.split('\n').length : 1;
  return [...fields, { id, text, from }];
}

/** The lines of the file, if there is one, or why they cannot be read. */
async function fileOf(
  client: WebClient,
  values: Values,
): Promise<Text | { readonly problem: string } | undefined> {
  const [file] = values[IDS.listFile]?.[IDS.listFile]?.files ?? [];
  if (!file) return undefined;
  const read = await readSlackFile(client, file);
  return read.kind === 'text' ? { id: IDS.listFile, text: read.text } : { problem: FILE_PROBLEMS[read.kind] };
}

const FILE_PROBLEMS: Readonly<Record<Exclude<FileRead['kind'], 'text'>, string>> = {
  'too large': `The file is larger than ${FILE_MAX_BYTES / 1000} KB: put in the lines that name images, or paste them above.`,
  'no text': 'The file is no text: put in a text file, or paste its lines above.',
  'not allowed':
    'Slack does not let this app read the file: paste its lines above. Whoever runs the mirror looks at the scope files:read.',
  'no answer': 'Slack did not give the file in time: submit again, or paste its lines above.',
};

function textsOf(values: Values): readonly Text[] {
  const ids = Object.keys(values)
    .filter((id) => id.startsWith(`${IDS.listText}_`))
    .toSorted((a, b) => Number(a.split('_').at(-1)) - Number(b.split('_').at(-1)));
  return ids.map((id) => ({ id, text: values[id]?.[IDS.listText]?.value ?? '' }));
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
