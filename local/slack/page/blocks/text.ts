import { html, nothing, type TemplateResult } from 'lit';
import { renderMrkdwn } from '../mrkdwn-render.ts';
import { textOf } from './fields.ts';
import type { Surface } from './surface.ts';

/** A text object: `plain_text` as it is written, `mrkdwn` with its marks. */
export function renderText(value: unknown, surface: Surface): TemplateResult | typeof nothing {
  const text = textOf(value);
  if (text === undefined) return nothing;
  return text.mrkdwn ? renderMrkdwn(text.text, surface.names) : html`<div class="mrkdwn">${text.text}</div>`;
}
