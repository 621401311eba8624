import { html, nothing, type TemplateResult } from 'lit';
import type { Control } from './element.ts';
import { type Fields, stringOf, textOf } from './fields.ts';

/**
 * `aria-disabled` and not `disabled` while the app has not answered: a disabled button loses the keyboard's focus, and
 * the modal it opens could not give it back. The button is called by its text, as people see it; the longer
 * accessibility_label is its description.
 */
export function renderButton(element: Fields, control: Control): TemplateResult {
  const url = stringOf(element['url']);
  const style = element['style'] === 'primary' || element['style'] === 'danger' ? element['style'] : '';
  const click = () => {
    if (url !== undefined && /^https?:/i.test(url)) window.open(url, '_blank', 'noopener');
    control.act(stringOf(element['value']));
  };
  return html`<button
    type="button"
    class="button ${style} ${control.waiting ? 'waiting' : ''}"
    data-key=${control.key}
    aria-description=${stringOf(element['accessibility_label']) ?? nothing}
    aria-disabled=${control.waiting ? 'true' : nothing}
    aria-busy=${control.waiting ? 'true' : nothing}
    @click=${click}
  >
    ${textOf(element['text'])?.text}
  </button>`;
}
