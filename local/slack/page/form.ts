/** What one input of a modal holds: a text, the values of ticked checkboxes, or files. */
export type FieldValue = string | readonly string[] | readonly ChosenFile[];
export interface ChosenFile {
  readonly name: string;
  readonly content: string;
}

/** A modal's inputs as `{block_id: {action_id: value}}`; empty ones are named when they must not be empty. */
export async function readForm(form: HTMLElement): Promise<{
  readonly values: Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;
  readonly missing: Readonly<Record<string, string>>;
}> {
  const values: Record<string, Record<string, FieldValue>> = {};
  const missing: Record<string, string> = {};
  for (const field of form.querySelectorAll<HTMLElement>('[data-block]')) {
    const { block = '', action = '', optional } = field.dataset;
    const value = await valueIn(field);
    const empty = typeof value === 'string' ? value.trim() === '' : value.length === 0;
    // Nothing ticked is said, or what was ticked at first would count.
    if (!empty || typeof value !== 'string') values[block] = { ...values[block], [action]: value };
    if (empty && optional === undefined) missing[block] = 'Please complete this required field.';
  }
  return { values, missing };
}

async function valueIn(field: HTMLElement): Promise<FieldValue> {
  if (field.dataset['kind'] !== undefined) return chosenIn(field);
  if (field instanceof HTMLInputElement && field.type === 'file') {
    const files = [...(field.files ?? [])];
    return Promise.all(files.map(async (file) => ({ name: file.name, content: await file.text() })));
  }
  const isField =
    field instanceof HTMLInputElement ||
    field instanceof HTMLTextAreaElement ||
    field instanceof HTMLSelectElement;
  return isField ? field.value : '';
}

function chosenIn(field: HTMLElement): FieldValue {
  const checked = [...field.querySelectorAll<HTMLInputElement>('input:checked')].map(({ value }) => value);
  return field.dataset['kind'] === 'many' ? checked : (checked[0] ?? '');
}
