import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import { lineOfMessage, threadLines } from './lines.ts';
import { renderMessage } from './message.ts';
import { channelTitle, type Page, surfaceOf } from './page.ts';
import { renderMessageMenu } from './shortcuts.ts';
import { renderThreadBox } from './thread-box.ts';

/** The pane at the right: a message, its replies, and what only this person sees of them. */
export function renderThread(page: Page): TemplateResult | typeof nothing {
  const { state, names, deeds } = page;
  const { thread, ...channelOnly } = state.route;
  if (thread === undefined) return nothing;
  const root = state.transcript?.messages.find(({ ts }) => ts === thread);
  const close = () => deeds.goTo(channelOnly);
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) close();
  };
  return html`<section class="thread" role="region" aria-label="Thread" @keydown=${keys}>
    <header class="channel-header">
      <h2>Thread</h2>
      <span class="tag">${channelTitle(page)}</span>
      <button type="button" class="close" aria-label="Close thread" data-key="close-thread" @click=${close}>${cross()}</button>
    </header>
    ${keyed(
      thread,
      html`<div class="log" role="log" aria-relevant="additions" tabindex="0" aria-label="Replies">
        ${root === undefined ? renderMissing(page) : renderConversation(page, root.ts)}
      </div>`,
    )}
    ${names.app === undefined || root === undefined ? nothing : renderThreadBox(page, root.ts)}
  </section>`;
}

function renderConversation(page: Page, thread: string): TemplateResult | typeof nothing {
  const { transcript, failures } = page.state;
  const root = transcript?.messages.find(({ ts }) => ts === thread);
  if (transcript === undefined || root === undefined) return nothing;
  const lines = threadLines(transcript, root, page.names.app?.user ?? '');
  const draw = (line: (typeof lines)[number]) =>
    renderMessage(line, surfaceOf(page, 'thread', line.ts), {
      failure: failures.get(line.ts),
      menu: renderMessageMenu(page, 'thread', line),
    });
  const count = root.replies.length === 1 ? '1 reply' : `${root.replies.length} replies`;
  return html`${draw(lineOfMessage(root))}
    <div class="reply-count" role="separator" aria-label=${count}><span>${count}</span></div>
    ${repeat(lines, (line) => line.ts, draw)}`;
}

function renderMissing(page: Page): TemplateResult {
  const known = page.state.transcript !== undefined;
  return html`<p class="empty">${known ? 'This message is not in this channel, or not for this person to see.' : ''}</p>`;
}

export function cross(): TemplateResult {
  return html`<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
    <path d="M5 5l10 10M15 5L5 15" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" />
  </svg>`;
}
