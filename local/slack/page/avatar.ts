import { html, type TemplateResult } from 'lit';
import type { Names } from './names.ts';

const COLOURS = [
  '#3b6fb6',
  '#b4562e',
  '#2f8461',
  '#8a4fa3',
  '#946608',
  '#b03a5b',
  '#3a7f8c',
  '#5d6470',
] as const;

/** Coloured initials for a person; the app has its own sign. Drawn in place, so nothing is requested from anywhere. */
export function renderAvatar(user: string, names: Names): TemplateResult {
  return user === names.app?.user ? appSign() : initials(names.user(user), user);
}

function initials(name: string, id: string): TemplateResult {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? `${words[0]?.charAt(0)}${words.at(-1)?.charAt(0)}` : name.slice(0, 2);
  return html`<svg class="avatar" viewBox="0 0 36 36" aria-hidden="true">
    <rect width="36" height="36" rx="8" fill=${colourOf(id)} />
    <text x="18" y="23.5" text-anchor="middle" font-size="14.5" font-weight="700" fill="#fff">${letters.toUpperCase()}</text>
  </svg>`;
}

/** Two container boxes, one the mirror image of the other. */
function appSign(): TemplateResult {
  return html`<svg class="avatar" viewBox="0 0 36 36" aria-hidden="true">
    <rect width="36" height="36" rx="8" fill="#12303f" />
    <path d="M15.5 10 7 14.2v8.6l8.5 4.2z" fill="#4fd1c5" />
    <path d="M20.5 10 29 14.2v8.6L20.5 27z" fill="none" stroke="#4fd1c5" stroke-width="1.6" stroke-linejoin="round" />
    <path d="M18 7v22" stroke="#fff" stroke-width="1.6" stroke-linecap="round" stroke-dasharray="2.6 3" />
  </svg>`;
}

function colourOf(id: string): string {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 9973;
  return COLOURS[sum % COLOURS.length] ?? COLOURS[0];
}
