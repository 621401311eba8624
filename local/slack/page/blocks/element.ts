import type { TemplateResult } from 'lit';
import type { Block } from '../../local-api.ts';
import { type Placed, renderUnsupported } from './block.ts';
import { renderButton } from './button.ts';
import { confirmOf, type Fields, stringOf } from './fields.ts';
import { renderImageElement } from './image.ts';
import { renderOverflow } from './overflow.ts';
import { renderSelect } from './select.ts';
import type { BlockAction } from './surface.ts';

/** An interactive element of an actions block or a section's accessory. */
export function renderElement(element: Fields, block: Block, place: Placed): TemplateResult {
  const control = controlOf(element, block, place);
  switch (element['type']) {
    case 'button':
      return renderButton(element, control);
    case 'static_select':
      return renderSelect(element, control);
    case 'overflow':
      return renderOverflow(element, control);
    case 'image':
      return renderImageElement(element);
    default:
      return renderUnsupported('element', element['type']);
  }
}

/** What every interactive element shares. */
export interface Control extends Pick<Placed, 'surface'> {
  readonly key: string;
  readonly waiting: boolean;
  act(value: string | undefined): void;
}

function controlOf(element: Fields, block: Block, { surface, at }: Placed): Control {
  const actionId = stringOf(element['action_id']) ?? '';
  const key = `${surface.id}|${at}|${actionId}`;
  const waiting = surface.waiting.has(key);
  const action: Omit<BlockAction, 'value'> = {
    key,
    blockId: stringOf(block['block_id']),
    actionId,
    confirm: confirmOf(element['confirm']),
  };
  return { surface, key, waiting, act: (value) => (waiting ? undefined : surface.act({ ...action, value })) };
}
