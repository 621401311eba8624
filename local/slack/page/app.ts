import { html, nothing, type TemplateResult } from 'lit';
import { renderChannel } from './channel.ts';
import { renderConfirm } from './confirm.ts';
import { renderModal } from './modal.ts';
import type { Page } from './page.ts';
import { renderSidebar } from './sidebar.ts';
import { renderThread } from './thread.ts';

export function renderApp(page: Page): TemplateResult {
  return html`<div class="app ${page.state.route.thread === undefined ? '' : 'with-thread'}">
      ${renderBar(page)} ${renderSidebar(page)} ${renderChannel(page)} ${renderThread(page)}
    </div>
    ${renderModal(page)} ${renderConfirm(page)}`;
}

/** One line above everything while the page cannot show the truth. */
function renderBar(page: Page): TemplateResult {
  const { connection, failures } = page.state;
  const trouble = failures.get('page');
  const text =
    connection === 'lost'
      ? 'Connection lost. Reconnecting…'
      : connection === 'closed'
        ? 'Connection lost.'
        : connection === 'restored'
          ? 'Connected again.'
          : trouble;
  return html`<div class="bar ${connection} ${text === undefined ? 'quiet' : ''}" role="status">
    ${text}
    ${connection === 'closed' ? html`<button type="button" class="button" @click=${page.deeds.reconnect}>Try again</button>` : nothing}
  </div>`;
}
