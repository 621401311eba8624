/** A modal's inputs as `{block_id: {action_id: text}}`; empty ones are left out, and named when they must not be empty. */
export function readForm(form: HTMLElement): {
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly missing: Readonly<Record<string, string>>;
} {
  const values: Record<string, Record<string, string>> = {};
  const missing: Record<string, string> = {};
  for (const field of form.querySelectorAll<HTMLElement>('[data-block]')) {
    const { block = '', action = '', optional } = field.dataset;
    const value = textIn(field);
    if (value.trim() !== '') values[block] = { ...values[block], [action]: value };
    else if (optional === undefined) missing[block] = 'Please complete this required field.';
  }
  return { values, missing };
}

function textIn(field: HTMLElement): string {
  const isField =
    field instanceof HTMLInputElement ||
    field instanceof HTMLTextAreaElement ||
    field instanceof HTMLSelectElement;
  return isField ? field.value : '';
}
