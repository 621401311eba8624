import { html, nothing, type TemplateResult } from 'lit';
import type { Block } from '../../local-api.ts';
import { type Placed, renderUnsupported } from './block.ts';
import { renderChoices } from './choices.ts';
import { type Fields, fieldsOf, optionOf, stringOf, textOf } from './fields.ts';
import { renderOptions } from './select.ts';

/** An input block: label, field, hint, and what was wrong with the last submission. */
export function renderInput(block: Block, { surface, at }: Placed): TemplateResult {
  const element = fieldsOf(block['element']) ?? {};
  const hint = textOf(block['hint'])?.text;
  const error = surface.errors[at];
  const id = `${surface.id}|${at}`;
  const optional = block['optional'] === true;
  const label = html`${textOf(block['label'])?.text}${optional ? html`<span class="optional"> (optional)</span>` : nothing}`;
  // A group of choices is named by the legend it draws itself.
  return html`<div class="input ${error === undefined ? '' : 'wrong'}">
    ${isGroup(element) ? nothing : html`<label for=${id}>${label}</label>`}
    ${renderField(element, { id, at, optional, error, hint, label })}
    ${error === undefined ? nothing : html`<p class="input-error" id="${id}|error" role="alert">${error}</p>`}
    ${hint === undefined ? nothing : html`<p class="hint" id="${id}|hint">${hint}</p>`}
  </div>`;
}

const isGroup = ({ type }: Fields): boolean => type === 'checkboxes' || type === 'radio_buttons';

interface FieldFrame {
  readonly label: TemplateResult;
  readonly id: string;
  /** The block id; the modal's form reads it back on submit. */
  readonly at: string;
  readonly optional: boolean;
  readonly error: string | undefined;
  readonly hint: string | undefined;
}

function renderField(element: Fields, frame: FieldFrame): TemplateResult {
  const described = [frame.error && `${frame.id}|error`, frame.hint && `${frame.id}|hint`]
    .filter(Boolean)
    .join(' ');
  const action = stringOf(element['action_id']) ?? '';
  const placeholder = textOf(element['placeholder'])?.text;
  const initial = stringOf(element['initial_value']) ?? '';
  const limit = typeof element['max_length'] === 'number' ? element['max_length'] : nothing;
  if (element['type'] === 'static_select') {
    const chosen = optionOf(element['initial_option'])?.value ?? '';
    return html`<select id=${frame.id} class="select" data-block=${frame.at} data-action=${action} aria-describedby=${described || nothing}
      aria-invalid=${frame.error ? 'true' : nothing} ?data-optional=${frame.optional}>
      ${renderOptions(element, { placeholder: placeholder ?? 'Choose an option', chosen })}
    </select>`;
  }
  if (isGroup(element)) return renderChoices(element, { ...frame, described });
  if (element['type'] === 'file_input') {
    const types = Array.isArray(element['filetypes'])
      ? element['filetypes'].map((type) => `.${String(type)}`)
      : [];
    return html`<input id=${frame.id} type="file" data-block=${frame.at} data-action=${action} accept=${types.join(',') || nothing}
      ?multiple=${element['max_files'] !== 1} aria-describedby=${described || nothing} aria-invalid=${frame.error ? 'true' : nothing}
      ?data-optional=${frame.optional} />`;
  }
  if (element['type'] !== 'plain_text_input') return renderUnsupported('element', element['type']);
  if (element['multiline'] === true) {
    return html`<textarea id=${frame.id} rows="4" data-block=${frame.at} data-action=${action} placeholder=${placeholder ?? nothing}
      maxlength=${limit} aria-describedby=${described || nothing} aria-invalid=${frame.error ? 'true' : nothing}
      ?data-optional=${frame.optional} .value=${initial}></textarea>`;
  }
  return html`<input id=${frame.id} type="text" autocomplete="off" data-block=${frame.at} data-action=${action}
    placeholder=${placeholder ?? nothing} maxlength=${limit} aria-describedby=${described || nothing}
    aria-invalid=${frame.error ? 'true' : nothing} ?data-optional=${frame.optional} .value=${initial} />`;
}
