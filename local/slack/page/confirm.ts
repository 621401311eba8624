import { html, nothing, type TemplateResult } from 'lit';
import { renderMrkdwn } from './mrkdwn-render.ts';
import type { Page } from './page.ts';

/** Block Kit's confirm dialog: the click goes on only after a yes. */
export function renderConfirm(page: Page): TemplateResult | typeof nothing {
  const { confirm } = page.state;
  if (confirm === undefined) return nothing;
  const answer = (yes: boolean) => (event: Event) => {
    event.preventDefault();
    page.deeds.answerConfirm(yes);
  };
  return html`<dialog class="modal confirm" aria-labelledby="confirm-title" @cancel=${answer(false)}>
    <header><h2 id="confirm-title">${confirm.title}</h2></header>
    <div class="modal-body">
      ${confirm.text.mrkdwn ? renderMrkdwn(confirm.text.text, page.names) : html`<div class="mrkdwn">${confirm.text.text}</div>`}
    </div>
    <footer>
      <button type="button" class="button" autofocus @click=${answer(false)}>${confirm.deny}</button>
      <button type="button" class="button ${confirm.danger ? 'danger' : 'primary'}" @click=${answer(true)}>${confirm.confirm}</button>
    </footer>
  </dialog>`;
}
