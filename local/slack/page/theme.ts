import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Page } from './page.ts';
import type { Theme } from './state.ts';

const KEY = 'slack-page-theme';
const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'as the system'],
  ['light', 'light'],
  ['dark', 'dark'],
];

/** What was chosen on this machine before; a browser that keeps nothing follows the system. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return THEMES.find(([theme]) => theme === stored)?.[0] ?? 'system';
  } catch {
    return 'system';
  }
}

/** colours.css reads it from the root. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Chosen for this page only.
  }
}

export function renderThemeSwitch(page: Page): TemplateResult {
  const change = (event: Event) => {
    const { target } = event;
    if (!(target instanceof HTMLSelectElement)) return;
    const chosen = THEMES.find(([theme]) => theme === target.value)?.[0];
    if (chosen !== undefined) page.deeds.setTheme(chosen);
  };
  return html`<div class="theme">
    <label for="theme">Appearance</label>
    <select id="theme" .value=${live(page.state.theme)} @change=${change}>
      ${THEMES.map(([theme, name]) => html`<option value=${theme} ?selected=${theme === page.state.theme}>${name}</option>`)}
    </select>
  </div>`;
}
