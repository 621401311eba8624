import { html, type TemplateResult } from 'lit';
import type { Block } from '../../local-api.ts';
import { renderActions } from './actions.ts';
import { renderContext } from './context.ts';
import { renderHeader } from './header.ts';
import { renderImage } from './image.ts';
import { renderInput } from './input.ts';
import { renderSection } from './section.ts';
import { renderTable } from './table.ts';
import type { Surface } from './surface.ts';

export function renderBlocks(blocks: readonly Block[], surface: Surface): TemplateResult {
  return html`<div class="blocks">
    ${blocks.map((block, at) => renderBlock(block, { surface, at: String(block['block_id'] ?? at) }))}
  </div>`;
}

/** One block in its place; `at` is unique within the surface. */
export interface Placed {
  readonly surface: Surface;
  readonly at: string;
}

function renderBlock(block: Block, place: Placed): TemplateResult {
  switch (block.type) {
    case 'header':
      return renderHeader(block);
    case 'section':
      return renderSection(block, place);
    case 'context':
      return renderContext(block, place);
    case 'divider':
      return html`<hr class="divider" />`;
    case 'actions':
      return renderActions(block, place);
    case 'image':
      return renderImage(block);
    case 'input':
      return renderInput(block, place);
    case 'table':
      return renderTable(block);
    default:
      return renderUnsupported('block', block.type);
  }
}

/** Slack would refuse or drop it; here it must catch the eye of whoever wrote the message. */
export function renderUnsupported(what: 'block' | 'element', type: unknown): TemplateResult {
  return html`<div class="unsupported" role="alert">unsupported ${what} ${String(type)}</div>`;
}
