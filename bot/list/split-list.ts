import type { Entry } from '../../core/request/image.ts';
import type { RequestItem } from '../../core/request/request.ts';

/** As many images as one request takes. */
export const REQUEST_MAX = 25;

export interface ListPart {
  readonly trigger: string;
  readonly entries: Readonly<Record<string, Entry>>;
  readonly part?: NonNullable<RequestItem['part']>;
}

/**
 * A list as requests of at most 25 images, in its order. Each part has a trigger of its own that follows from the list's
 * and its number, so that a list that is delivered again meets its own requests.
 */
export function splitList(trigger: string, entries: readonly Entry[]): readonly ListPart[] {
  const of = Math.ceil(entries.length / REQUEST_MAX);
  return Array.from({ length: of }, (_, at): ListPart => {
    const nth = at + 1;
    const own = entries.slice(at * REQUEST_MAX, nth * REQUEST_MAX);
    return {
      trigger: nth === 1 ? trigger : `${trigger}/part/${nth}`,
      entries: Object.fromEntries(own.map((entry, n) => [String(n + 1), entry])),
      ...(of > 1 && { part: { nth, of } }),
    };
  });
}
