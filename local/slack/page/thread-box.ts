import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { arrow } from './composer.ts';
import type { Page } from './page.ts';
import { placeOf } from './state.ts';

/** The box at the foot of a thread. Commands do not work there; mentions do. */
export function renderThreadBox(page: Page, thread: string): TemplateResult {
  const { deeds, names, state } = page;
  const place = placeOf(state.route, thread);
  const draft = state.drafts.get(place) ?? '';
  const failure = state.failures.get('thread');
  const app = names.app?.name ?? 'app';
  const typed = (event: Event) => {
    if (event.target instanceof HTMLTextAreaElement) deeds.setDraft(event.target.value, thread);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    deeds.send(thread);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    deeds.send(thread);
  };
  const sending = state.sending.filter((each) => each.place === place);
  return html`<div class="composer-area">
    <div role="status" class="sending-list">
      ${sending.map(({ text }) => html`<p class="sending"><span class="spinner" aria-hidden="true"></span><code>${text}</code></p>`)}
    </div>
    ${failure === undefined ? '' : html`<p class="failure" role="alert"><span>${failure}</span></p>`}
    <form class="composer" @submit=${submit}>
      <textarea rows="1" data-key="thread-box" aria-label="Reply in thread" placeholder="Reply, or @${app} …" .value=${live(draft)} @input=${typed} @keydown=${keys}></textarea>
      <div class="composer-bar">
        <span class="usage"><code>@${app} …</code> works here, commands do not</span>
        <button class="send" type="submit" aria-label="Send reply" aria-disabled=${draft.trim() === '' ? 'true' : 'false'}>${arrow()}</button>
      </div>
    </form>
  </div>`;
}
