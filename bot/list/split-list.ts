import type { Entry } from '../../core/request/image.ts';
import { inParts } from '../../core/request/parts.ts';
import type { RequestItem } from '../../core/request/request.ts';

export interface ListPart {
  readonly trigger: string;
  readonly entries: Readonly<Record<string, Entry>>;
  readonly part?: NonNullable<RequestItem['part']>;
}

/**
 * A list as requests of as many images as one takes, in its order. Each part has a trigger of its own that follows from the list's
 * and its number, so that a list that is delivered again meets its own requests.
 */
export function splitList(trigger: string, entries: readonly Entry[]): readonly ListPart[] {
  const parts = inParts(entries);
  const of = parts.length;
  return parts.map((own, at): ListPart => {
    const nth = at + 1;
    return {
      trigger: nth === 1 ? trigger : `${trigger}/part/${nth}`,
      entries: own,
      ...(of > 1 && { part: { nth, of } }),
    };
  });
}
