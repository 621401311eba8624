import { html, type TemplateResult } from 'lit';
import type { Block } from '../../local-api.ts';
import { type Placed, renderUnsupported } from './block.ts';
import { listOf } from './fields.ts';
import { renderImageElement } from './image.ts';
import { renderText } from './text.ts';

export function renderContext(block: Block, { surface }: Placed): TemplateResult {
  return html`<div class="context">
    ${listOf(block['elements']).map((element) => {
      if (element['type'] === 'image') return renderImageElement(element);
      if (element['type'] === 'mrkdwn' || element['type'] === 'plain_text')
        return renderText(element, surface);
      return renderUnsupported('element', element['type']);
    })}
  </div>`;
}
