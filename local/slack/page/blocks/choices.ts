import { html, nothing, type TemplateResult } from 'lit';
import { type Fields, listOf, type Option, optionOf, optionsOf, stringOf } from './fields.ts';

interface Frame {
  readonly id: string;
  readonly at: string;
  readonly optional: boolean;
  readonly error: string | undefined;
  readonly described: string;
  readonly label: TemplateResult;
}

/** Checkboxes or radio buttons of an input, ten at most. The group is what the form reads on submit. */
export function renderChoices(element: Fields, frame: Frame): TemplateResult {
  const many = element['type'] === 'checkboxes';
  const initial = new Set(
    (many ? listOf(element['initial_options']).map(optionOf) : [optionOf(element['initial_option'])]).map(
      (option) => option?.value,
    ),
  );
  const action = stringOf(element['action_id']) ?? '';
  return html`<fieldset
    class="choices"
    id=${frame.id}
    data-block=${frame.at}
    data-action=${action}
    data-kind=${many ? 'many' : 'one'}
    ?data-optional=${frame.optional}
    aria-describedby=${frame.described || nothing}
    aria-invalid=${frame.error ? 'true' : nothing}
  >
    <legend>${frame.label}</legend>
    ${optionsOf(element['options']).map((option) => renderChoice(option, { frame, many, checked: initial.has(option.value) }))}
  </fieldset>`;
}

function renderChoice(
  option: Option,
  { frame, many, checked }: { readonly frame: Frame; readonly many: boolean; readonly checked: boolean },
): TemplateResult {
  return html`<label class="choice">
    <input type=${many ? 'checkbox' : 'radio'} name=${frame.id} value=${option.value} ?checked=${checked} />
    <span>${option.text}${option.description === undefined ? nothing : html`<small>${option.description}</small>`}</span>
  </label>`;
}
