import { html, nothing, type TemplateResult } from 'lit';
import { renderAvatar } from './avatar.ts';
import type { Line } from './lines.ts';
import type { Page } from './page.ts';
import { dayAndTime, timeOfTs } from './times.ts';

/** `3 replies  Last reply today at 10:21` under a message; opens the thread pane. */
export function renderThreadSummary(page: Page, line: Line): TemplateResult | typeof nothing {
  const last = line.replies.at(-1);
  if (last === undefined) return nothing;
  const { state, names, deeds } = page;
  const authors = [...new Set(line.replies.map(({ user }) => user))].slice(0, 4);
  const count = line.replies.length === 1 ? '1 reply' : `${line.replies.length} replies`;
  const open = state.route.thread === line.ts;
  return html`<button
    type="button"
    class="thread-summary"
    data-key="summary|${line.ts}"
    aria-expanded=${open}
    @click=${() => deeds.goTo({ ...state.route, thread: line.ts })}
  >
    <span class="faces">${authors.map((author) => renderAvatar(author, names))}</span>
    <b>${count}</b>
    <span class="last-reply">Last reply ${dayAndTime(timeOfTs(last.ts), names.now)}</span>
  </button>`;
}
