import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Channel } from '../local-api.ts';
import { renderComposer } from './composer.ts';
import { renderHomeTab } from './home-tab.ts';
import { channelLines, type Line } from './lines.ts';
import { renderMessage } from './message.ts';
import { renderMessageMenu } from './shortcuts.ts';
import { channelTitle, type Page, surfaceOf } from './page.ts';
import { placeOf } from './state.ts';
import { renderThreadSummary } from './thread-summary.ts';
import { dayName, timeOfTs } from './times.ts';
import { renderTour } from './tour.ts';

export function renderChannel(page: Page): TemplateResult {
  const { state } = page;
  const channel = state.workspace?.channels.find(({ id }) => id === state.route.channel);
  return html`<main class="channel">
    ${channel === undefined ? nothing : renderHeader(page, channel)}
    ${channel?.is_im && state.route.tab === 'home' ? renderHomeTab(page) : renderMessages(page, channel)}
  </main>`;
}

function renderMessages(page: Page, channel: Channel | undefined): TemplateResult {
  const { state } = page;
  return html`<div class="log-frame">
      ${keyed(placeOf(state.route), renderLog(page))}
      ${
        state.newBelow
          ? html`<button type="button" class="new-below" data-scroll-end>New messages below ↓</button>`
          : nothing
      }
    </div>
    ${channel === undefined ? nothing : renderComposer(page, channel)}`;
}

function renderHeader(page: Page, channel: Channel): TemplateResult {
  const app = page.names.app?.name ?? 'The app';
  const where = channel.app_is_member ? `${app} is in this channel` : `${app} is not in this channel yet`;
  return html`<header class="channel-header">
    <h1>${channelTitle(page)}</h1>
    ${channel.is_private && !channel.is_im ? html`<span class="tag">private</span>` : nothing}
    ${channel.is_im ? renderTabs(page) : html`<span class="tag">${where}</span>`}
  </header>`;
}

/** An app has a Home tab beside its messages. */
function renderTabs(page: Page): TemplateResult {
  const { tab, thread: _left, ...route } = page.state.route;
  const entry = (name: string, to: typeof page.state.route, on: boolean) =>
    html`<button type="button" class="tab" data-key="tab|${name}" aria-current=${on ? 'page' : nothing} @click=${() => page.deeds.goTo(to)}>${name}</button>`;
  return html`<nav class="tabs" aria-label="Parts of the app">
    ${entry('Home', { ...route, tab: 'home' }, tab === 'home')}${entry('Messages', route, tab !== 'home')}
  </nav>`;
}

/** Drawn anew for each channel and person, so that a screen reader hears additions and not a whole channel at once. */
function renderLog(page: Page): TemplateResult {
  const { state, names, deeds } = page;
  const lines = state.transcript === undefined ? [] : channelLines(state.transcript, names.app?.user ?? '');
  const scrolled = (event: Event) => {
    const log = event.currentTarget;
    if (log instanceof HTMLElement) deeds.scrolledToEnd(isAtEnd(log));
  };
  return html`<div class="log" role="log" aria-relevant="additions" tabindex="0" aria-label=${channelTitle(page)} @scroll=${scrolled}>
    ${state.transcript !== undefined && lines.length === 0 ? renderTour(page) : nothing}
    ${repeat(
      lines,
      (line) => line.ts,
      (line, at) => html`${renderDay(line, lines[at - 1], names.now)}${renderLine(page, line)}`,
    )}
  </div>`;
}

function renderLine(page: Page, line: Line): TemplateResult {
  return renderMessage(line, surfaceOf(page, 'channel', line.ts), {
    failure: page.state.failures.get(line.ts),
    below: renderThreadSummary(page, line),
    menu: renderMessageMenu(page, 'channel', line),
  });
}

function renderDay(line: Line, previous: Line | undefined, now: number): TemplateResult | typeof nothing {
  const day = dayName(timeOfTs(line.ts), now);
  if (previous !== undefined && dayName(timeOfTs(previous.ts), now) === day) return nothing;
  return html`<div class="day" role="separator" aria-label=${day}><span>${day}</span></div>`;
}

/** A few pixels of play: fractional heights never add up exactly. */
export function isAtEnd(log: HTMLElement): boolean {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 24;
}
