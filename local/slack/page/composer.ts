import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Channel } from '../local-api.ts';
import { channelTitle, type Page } from './page.ts';
import { renderShortcutMenu } from './shortcuts.ts';
import { placeOf } from './state.ts';
import { type Command, commandOf, suggestCommands } from './suggestions.ts';
import { cross } from './thread.ts';

export function renderComposer(page: Page, channel: Channel): TemplateResult {
  if (channel.is_archived)
    return html`<p class="archived">This channel is archived. It can be read, not written to.</p>`;
  const draft = page.state.drafts.get(placeOf(page.state.route)) ?? '';
  const suggestions =
    page.state.suggestion === 'closed' ? [] : suggestCommands(draft, page.state.workspace?.commands ?? []);
  return html`<div class="composer-area">
    ${renderSending(page)} ${renderFailure(page)}
    ${suggestions.length === 0 ? nothing : renderSuggestions(page, suggestions)}
    <form class="composer" @submit=${(event: Event) => submit(event, page)}>
      ${renderBox(page, draft, suggestions)}
      <div class="composer-bar">
        ${renderShortcutMenu(page)}
        <span class="usage">${renderUsage(page, draft)}</span>
        <button class="send" type="submit" aria-label="Send" aria-disabled=${draft.trim() === '' ? 'true' : nothing}>${arrow()}</button>
      </div>
    </form>
  </div>`;
}

function submit(event: Event, page: Page): void {
  event.preventDefault();
  page.deeds.send();
}

function renderBox(page: Page, draft: string, suggestions: readonly Command[]): TemplateResult {
  const title = channelTitle(page);
  const chosen = typeof page.state.suggestion === 'number' ? page.state.suggestion : 0;
  const typed = (event: Event) => {
    if (event.target instanceof HTMLTextAreaElement) page.deeds.setDraft(event.target.value);
  };
  return html`<textarea
    rows="1"
    data-key="composer"
    aria-label="Message ${title}"
    placeholder="Message ${title}"
    aria-controls=${suggestions.length > 0 ? 'suggestions' : nothing}
    aria-activedescendant=${suggestions.length > 0 ? `suggestion-${chosen}` : nothing}
    .value=${live(draft)}
    @input=${typed}
    @keydown=${(event: KeyboardEvent) => pressed(event, page, suggestions)}
  ></textarea>`;
}

function pressed(event: KeyboardEvent, page: Page, suggestions: readonly Command[]): void {
  if (event.isComposing) return;
  const { deeds, state } = page;
  const chosen = typeof state.suggestion === 'number' ? state.suggestion : 0;
  const picked = suggestions[chosen];
  if (picked !== undefined && (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey))) {
    deeds.setDraft(`${picked.command} `);
  } else if (picked !== undefined && event.key === 'ArrowDown') {
    deeds.chooseSuggestion((chosen + 1) % suggestions.length);
  } else if (picked !== undefined && event.key === 'ArrowUp') {
    deeds.chooseSuggestion((chosen + suggestions.length - 1) % suggestions.length);
  } else if (picked !== undefined && event.key === 'Escape') {
    deeds.chooseSuggestion('closed');
  } else if (event.key === 'Enter' && !event.shiftKey) {
    deeds.send();
  } else return;
  event.preventDefault();
}

function renderSuggestions(page: Page, suggestions: readonly Command[]): TemplateResult {
  const app = page.names.app?.name;
  return html`<div class="suggestions" id="suggestions" role="listbox" aria-label="Slash commands">
    ${suggestions.map(
      (command, at) => html`<div
        role="option"
        id="suggestion-${at}"
        aria-selected=${at === page.state.suggestion}
        @mousedown=${(event: Event) => {
          event.preventDefault();
          page.deeds.setDraft(`${command.command} `);
        }}
      >
        <b>${command.command}</b> <span class="usage-hint">${command.usage_hint}</span>
        <small>${command.description}</small><span class="from">${app}</span>
      </div>`,
    )}
  </div>`;
}

function renderUsage(page: Page, draft: string): TemplateResult {
  const command = commandOf(draft, page.state.workspace?.commands ?? []);
  return command === undefined
    ? html`<kbd>Enter</kbd> sends · <kbd>Shift</kbd>+<kbd>Enter</kbd> new line · <kbd>/</kbd> commands`
    : html`<code>${command.command} ${command.usage_hint}</code> ${command.description}`;
}

function renderSending(page: Page): TemplateResult {
  const here = page.state.sending.filter(({ place }) => place === placeOf(page.state.route));
  const app = page.names.app?.name ?? 'the app';
  return html`<div role="status" class="sending-list">
    ${here.map(({ text }) => html`<p class="sending"><span class="spinner" aria-hidden="true"></span><code>${text}</code> waiting for ${app}</p>`)}
  </div>`;
}

function renderFailure(page: Page): TemplateResult | typeof nothing {
  const text = page.state.failures.get('composer');
  if (text === undefined) return nothing;
  return html`<p class="failure" role="alert">
    <span>${text}</span>
    <button type="button" class="close" aria-label="Dismiss" @click=${() => page.deeds.dismiss('composer')}>${cross()}</button>
  </p>`;
}

export function arrow(): TemplateResult {
  return html`<svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true"><path d="M2.5 3.2 18 10 2.5 16.8 5 10.7 11.5 10 5 9.3Z" fill="currentColor" /></svg>`;
}
