import { html, nothing, type TemplateResult } from 'lit';
import type { Control } from './element.ts';
import { moveInMenu } from '../menu.ts';
import { type Fields, type Option, optionsOf } from './fields.ts';

/** The `…` button with its menu. Arrow keys move, Escape closes and gives the focus back to the button. */
export function renderOverflow(element: Fields, control: Control): TemplateResult {
  const { surface, key, waiting } = control;
  const open = surface.menu === key;
  const choose = (option: Option, item: HTMLElement) => {
    item.closest('.overflow')?.querySelector('button')?.focus();
    surface.toggleMenu(undefined);
    if (option.url !== undefined && /^https?:/i.test(option.url))
      window.open(option.url, '_blank', 'noopener');
    control.act(option.value);
  };
  const keys = (event: KeyboardEvent) => moveInMenu(event, () => surface.toggleMenu(undefined));
  return html`<span class="overflow" @keydown=${keys}>
    <button
      type="button"
      class="button more ${waiting ? 'waiting' : ''}"
      data-key=${key}
      aria-label="More actions"
      aria-haspopup="menu"
      aria-expanded=${open}
      aria-disabled=${waiting ? 'true' : nothing}
      @click=${() => surface.toggleMenu(open ? undefined : key)}
    >
      <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
        <circle cx="4" cy="10" r="1.7" /><circle cx="10" cy="10" r="1.7" /><circle cx="16" cy="10" r="1.7" />
      </svg>
    </button>
    ${open ? html`<div class="menu" role="menu">${optionsOf(element['options']).map((option) => renderItem(option, choose))}</div>` : nothing}
  </span>`;
}

function renderItem(option: Option, choose: (option: Option, item: HTMLElement) => void): TemplateResult {
  const click = (event: Event) => {
    if (event.currentTarget instanceof HTMLElement) choose(option, event.currentTarget);
  };
  return html`<button type="button" role="menuitem" @click=${click}>
    ${option.text}${option.description === undefined ? nothing : html`<small>${option.description}</small>`}
  </button>`;
}
