import { isObject, type JsonObject, objectsAt } from '../json-object.ts';
import type { Block } from '../local-api.ts';

/** Gives every block and element without an id one of its own, as Slack does before it stores them. */
export function identifyBlocks(blocks: readonly Block[], seed: string): readonly Block[] {
  return blocks.map((block, index) => {
    const own = `${seed}-${index}`;
    const named: Block = { block_id: own, ...block };
    if (Array.isArray(block['elements']) && block.type === 'actions')
      return {
        ...named,
        elements: block['elements'].map((element: unknown, at) => identifyElement(element, `${own}-${at}`)),
      };
    if (isObject(block['accessory']))
      return { ...named, accessory: identifyElement(block['accessory'], `${own}-a`) };
    if (isObject(block['element']))
      return { ...named, element: identifyElement(block['element'], `${own}-e`) };
    return named;
  });
}

function identifyElement(element: unknown, id: string): unknown {
  return isObject(element) ? { action_id: id, ...element } : element;
}

export interface FoundElement {
  readonly block_id: string;
  readonly element: JsonObject;
}

/** What sends block_actions when it is used, in the order it is shown: of an input only one with dispatch_action. */
export function elementsOf(blocks: readonly Block[]): readonly FoundElement[] {
  return blocks.flatMap((block) => {
    const elements = block.type === 'actions' && Array.isArray(block['elements']) ? block['elements'] : [];
    const input = block['dispatch_action'] === true ? block['element'] : undefined;
    return [...elements, block['accessory'], input].filter(isObject).map((element) => ({
      block_id: String(block['block_id']),
      element,
    }));
  });
}

/** A select's or overflow menu's options, those in groups included. */
export function optionsOf(element: JsonObject): readonly JsonObject[] {
  return [
    ...objectsAt(element, 'options'),
    ...objectsAt(element, 'option_groups').flatMap((group) => objectsAt(group, 'options')),
  ];
}
