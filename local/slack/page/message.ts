import { html, nothing, type TemplateResult } from 'lit';
import { renderAvatar } from './avatar.ts';
import { renderBlocks } from './blocks/block.ts';
import type { Surface } from './blocks/surface.ts';
import type { Line } from './lines.ts';
import { renderMrkdwn } from './mrkdwn-render.ts';
import { clockTime, fullTime, timeOfTs } from './times.ts';

interface Around {
  readonly failure: string | undefined;
  /** Under the message: the summary of its thread. */
  readonly below?: unknown;
  /** What can be done with it. */
  readonly menu?: unknown;
}

export function renderMessage(
  line: Line,
  surface: Surface,
  { failure, below, menu }: Around,
): TemplateResult {
  const { names } = surface;
  const at = timeOfTs(line.ts);
  const author = names.user(line.author);
  const time = html`<time class="time" datetime=${new Date(at).toISOString()} title=${fullTime(at)}>${clockTime(at)}</time>`;
  const kind = `${line.grouped ? 'grouped' : ''} ${line.ephemeral ? 'ephemeral' : ''}`;
  return html`<article class="message ${kind}" aria-label="${author}, ${clockTime(at)}" data-ts=${line.ts}>
    <div class="gutter">${line.grouped ? time : renderAvatar(line.author, names)}</div>
    <div class="content">
      ${line.ephemeral ? html`<p class="only-you">${eye()}Only visible to you</p>` : nothing}
      ${line.grouped ? nothing : renderByline(author, line, { isApp: line.author === names.app?.user, time })}
      ${line.blocks.length > 0 ? renderBlocks(line.blocks, surface) : renderMrkdwn(line.text, names)}
      ${line.grouped && line.edited ? edited : nothing}
      ${failure === undefined ? nothing : html`<p class="failure" role="alert">${failure}</p>`} ${below ?? nothing}
    </div>
    ${menu ?? nothing}
  </article>`;
}

const edited = html`<span class="edited">(edited)</span>`;

function renderByline(
  author: string,
  line: Line,
  { isApp, time }: { readonly isApp: boolean; readonly time: TemplateResult },
): TemplateResult {
  return html`<p class="byline">
    <b class="author">${author}</b>${isApp ? html`<span class="badge">APP</span>` : nothing}${time}
    ${line.edited ? edited : nothing}
  </p>`;
}

function eye(): TemplateResult {
  return html`<svg viewBox="0 0 20 20" width="14" height="14" aria-hidden="true">
    <path
      d="M10 4.5c-4 0-7 3-8.3 5.5C3 12.5 6 15.5 10 15.5s7-3 8.3-5.5C17 7.5 14 4.5 10 4.5Z"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
    />
    <circle cx="10" cy="10" r="2.5" fill="currentColor" />
  </svg>`;
}
