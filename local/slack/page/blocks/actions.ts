import { html, type TemplateResult } from 'lit';
import type { Block } from '../../local-api.ts';
import type { Placed } from './block.ts';
import { renderElement } from './element.ts';
import { listOf } from './fields.ts';

export function renderActions(block: Block, place: Placed): TemplateResult {
  return html`<div class="actions">${listOf(block['elements']).map((element) => renderElement(element, block, place))}</div>`;
}
