import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Control } from './element.ts';
import { type Fields, listOf, optionOf, optionsOf, textOf } from './fields.ts';

export function renderSelect(element: Fields, control: Control): TemplateResult {
  const placeholder = textOf(element['placeholder'])?.text ?? 'Choose an option';
  const chosen = optionOf(element['initial_option'])?.value ?? '';
  const change = (event: Event) => {
    if (event.target instanceof HTMLSelectElement) control.act(event.target.value);
  };
  return html`<select
    class="select ${control.waiting ? 'waiting' : ''}"
    data-key=${control.key}
    aria-label=${placeholder}
    aria-busy=${control.waiting ? 'true' : nothing}
    ?disabled=${control.waiting}
    .value=${live(chosen)}
    @change=${change}
  >
    ${renderOptions(element, { placeholder, chosen })}
  </select>`;
}

/** The choices of a static select, in their groups where it has groups; the first line is the placeholder. */
export function renderOptions(
  element: Fields,
  { placeholder, chosen }: { readonly placeholder: string; readonly chosen: string },
): TemplateResult {
  const options = (from: unknown) =>
    optionsOf(from).map(
      ({ text, value }) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`,
    );
  return html`<option value="" ?selected=${chosen === ''} hidden>${placeholder}</option>
    ${options(element['options'])}
    ${listOf(element['option_groups']).map(
      (group) =>
        html`<optgroup label=${textOf(group['label'])?.text ?? ''}>${options(group['options'])}</optgroup>`,
    )}`;
}
