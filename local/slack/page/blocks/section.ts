import { html, nothing, type TemplateResult } from 'lit';
import type { Block } from '../../local-api.ts';
import type { Placed } from './block.ts';
import { renderElement } from './element.ts';
import { fieldsOf, listOf } from './fields.ts';
import { renderText } from './text.ts';

export function renderSection(block: Block, place: Placed): TemplateResult {
  const accessory = fieldsOf(block['accessory']);
  const fields = listOf(block['fields']);
  return html`<div class="section">
    <div class="section-body">
      ${renderText(block['text'], place.surface)}
      ${
        fields.length === 0
          ? nothing
          : html`<div class="fields">${fields.map((field) => html`<div class="field">${renderText(field, place.surface)}</div>`)}</div>`
      }
    </div>
    ${accessory === undefined ? nothing : html`<div class="accessory">${renderElement(accessory, block, place)}</div>`}
  </div>`;
}
