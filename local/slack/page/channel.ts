import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Channel } from '../local-api.ts';
import { renderComposer } from './composer.ts';
import { channelLines, type Line } from './lines.ts';
import { renderMessage } from './message.ts';
import { channelTitle, type Page, surfaceOf } from './page.ts';
import { placeOf } from './state.ts';
import { renderThreadSummary } from './thread-summary.ts';
import { dayName, timeOfTs } from './times.ts';

export function renderChannel(page: Page): TemplateResult {
  const { state } = page;
  const channel = state.workspace?.channels.find(({ id }) => id === state.route.channel);
  return html`<main class="channel">
    ${channel === undefined ? nothing : renderHeader(page, channel)}
    <div class="log-frame">
      ${keyed(placeOf(state.route), renderLog(page))}
      ${
        state.newBelow
          ? html`<button type="button" class="new-below" data-scroll-end>New messages below ↓</button>`
          : nothing
      }
    </div>
    ${channel === undefined ? nothing : renderComposer(page, channel)}
  </main>`;
}

function renderHeader(page: Page, channel: Channel): TemplateResult {
  const app = page.names.app?.name ?? 'The app';
  const where = channel.is_im
    ? 'Direct message with the app'
    : channel.app_is_member
      ? `${app} is in this channel`
      : `${app} is not in this channel yet`;
  return html`<header class="channel-header">
    <h1>${channelTitle(page)}</h1>
    ${channel.is_private && !channel.is_im ? html`<span class="tag">private</span>` : nothing}
    <span class="tag">${where}</span>
  </header>`;
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
    ${state.transcript !== undefined && lines.length === 0 ? renderEmpty(page) : nothing}
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
  });
}

function renderDay(line: Line, previous: Line | undefined, now: number): TemplateResult | typeof nothing {
  const day = dayName(timeOfTs(line.ts), now);
  if (previous !== undefined && dayName(timeOfTs(previous.ts), now) === day) return nothing;
  return html`<div class="day" role="separator" aria-label=${day}><span>${day}</span></div>`;
}

function renderEmpty(page: Page): TemplateResult {
  const first = page.state.workspace?.commands[0];
  return html`<div class="empty">
    <h2>This is the very beginning of ${channelTitle(page)}</h2>
    ${
      first === undefined
        ? nothing
        : html`<p>Type <code>${first.command} ${first.usage_hint}</code> in the box below: ${first.description}</p>`
    }
  </div>`;
}

/** A few pixels of play: fractional heights never add up exactly. */
export function isAtEnd(log: HTMLElement): boolean {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 24;
}
