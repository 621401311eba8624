import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Channel } from '../local-api.ts';
import { renderAvatar } from './avatar.ts';
import type { Page } from './page.ts';
import { renderThemeSwitch } from './theme.ts';

export function renderSidebar(page: Page): TemplateResult {
  const { workspace } = page.state;
  const channels = workspace?.channels ?? [];
  return html`<nav class="sidebar" aria-label="Workspace">
    <div class="workspace">
      <b>${workspace?.team.name}</b>
      <small>local workspace on this machine</small>
    </div>
    ${workspace === undefined ? nothing : renderSwitcher(page)}
    ${renderGroup(
      page,
      'Channels',
      channels.filter(({ is_im }) => !is_im),
    )}
    ${renderGroup(
      page,
      'Apps',
      channels.filter(({ is_im }) => is_im),
    )}
    ${renderThemeSwitch(page)}
  </nav>`;
}

/** A real Slack has one person a browser; here one page plays them all. */
function renderSwitcher(page: Page): TemplateResult {
  const { state, names, deeds } = page;
  const people = state.workspace?.users ?? [];
  const change = (event: Event) => {
    if (event.target instanceof HTMLSelectElement) deeds.goTo({ ...state.route, user: event.target.value });
  };
  return html`<div class="acting">
    ${state.route.user === undefined ? nothing : renderAvatar(state.route.user, names)}
    <div>
      <label for="acting">Acting as</label>
      <select id="acting" .value=${live(state.route.user ?? '')} @change=${change}>
        ${people.map(
          (person) =>
            html`<option value=${person.id} ?selected=${person.id === state.route.user}>${person.real_name} · ${person.role}</option>`,
        )}
      </select>
    </div>
  </div>`;
}

function renderGroup(
  page: Page,
  title: string,
  channels: readonly Channel[],
): TemplateResult | typeof nothing {
  if (channels.length === 0) return nothing;
  return html`<h2>${title}</h2>
    <ul>
      ${channels.map((channel) => html`<li>${renderEntry(page, channel)}</li>`)}
    </ul>`;
}

function renderEntry(page: Page, channel: Channel): TemplateResult {
  const { state, names, deeds } = page;
  const { tab: _tab, thread: _left, ...route } = state.route;
  const unread = state.unread.has(channel.id);
  const name = channel.is_im ? names.app?.name : channel.name;
  const sign = channel.is_im
    ? renderAvatar(names.app?.user ?? '', names)
    : html`<span class="hash" aria-hidden="true">${channel.is_private ? lock() : '#'}</span>`;
  return html`<button
    type="button"
    class="entry ${unread ? 'unread' : ''}"
    data-key="entry|${channel.id}"
    aria-current=${channel.id === state.route.channel ? 'page' : nothing}
    @click=${() => deeds.goTo({ ...route, channel: channel.id })}
  >
    ${sign}<span class="entry-name">${name}</span>
    ${channel.is_archived ? html`<small>archived</small>` : nothing}
    ${unread ? html`<span class="dot"><span class="sr">new messages</span></span>` : nothing}
  </button>`;
}

function lock(): TemplateResult {
  return html`<svg viewBox="0 0 20 20" width="14" height="14" aria-hidden="true">
    <path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9" fill="none" stroke="currentColor" stroke-width="1.6" />
    <rect x="4.5" y="9" width="11" height="8" rx="1.5" fill="currentColor" />
  </svg>`;
}
