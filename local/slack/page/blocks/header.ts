import { html, type TemplateResult } from 'lit';
import type { Block } from '../../local-api.ts';
import { textOf } from './fields.ts';

export function renderHeader(block: Block): TemplateResult {
  return html`<h3 class="block-header">${textOf(block['text'])?.text}</h3>`;
}
