import { html, nothing, type TemplateResult } from 'lit';
import type { Page } from './page.ts';

export interface MenuItem {
  readonly text: string;
  readonly description: string;
  readonly choose: () => void;
}

export interface Menu {
  /** Unique on the page. */
  readonly key: string;
  /** What the button is called. */
  readonly label: string;
  readonly sign: TemplateResult;
  readonly items: readonly MenuItem[];
  readonly kind: string;
}

/** A button with a menu behind it. Arrow keys move, Escape closes and gives the focus back to the button. */
export function renderMenu(
  page: Page,
  { items, key, kind, label, sign }: Menu,
): TemplateResult | typeof nothing {
  const { deeds, state } = page;
  if (items.length === 0) return nothing;
  const open = state.menu === key;
  return html`<span class="overflow ${kind}" @keydown=${(event: KeyboardEvent) => moveInMenu(event, () => deeds.toggleMenu(undefined))}>
    <button
      type="button"
      class="icon"
      data-key=${key}
      aria-label=${label}
      aria-haspopup="menu"
      aria-expanded=${open}
      @click=${() => deeds.toggleMenu(open ? undefined : key)}
    >${sign}</button>
    ${open ? html`<div class="menu" role="menu" aria-label=${label}>${items.map((item) => renderItem(page, item))}</div>` : nothing}
  </span>`;
}

function renderItem(page: Page, { choose, description, text }: MenuItem): TemplateResult {
  const click = (event: Event) => {
    const item = event.currentTarget;
    if (item instanceof HTMLElement) item.closest('.overflow')?.querySelector('button')?.focus();
    page.deeds.toggleMenu(undefined);
    choose();
  };
  return html`<button type="button" role="menuitem" @click=${click}>${text}<small>${description}</small></button>`;
}

/** Into the menu, through it, and out of it by the keyboard. */
export function moveInMenu(event: KeyboardEvent, close: () => void): void {
  const menu = event.currentTarget;
  if (!(menu instanceof HTMLElement)) return;
  const items = [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
  if (items.length === 0) return;
  const active = document.activeElement;
  const at = active instanceof HTMLElement ? items.indexOf(active) : -1;
  if (event.key === 'Escape') {
    event.stopPropagation();
    close();
    menu.querySelector('button')?.focus();
  } else if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
  else if (event.key === 'ArrowUp') items.at(at <= 0 ? -1 : at - 1)?.focus();
  else return;
  event.preventDefault();
}

export const dots = (): TemplateResult =>
  html`<svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
    <circle cx="10" cy="4" r="1.7" /><circle cx="10" cy="10" r="1.7" /><circle cx="10" cy="16" r="1.7" />
  </svg>`;

export const plus = (): TemplateResult =>
  html`<svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
    <path d="M10 4v12M4 10h12" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" />
  </svg>`;
