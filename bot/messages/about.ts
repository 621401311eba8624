import { familiarReference } from '../../core/oci/reference.ts';
import { imagesOf, isSingle, type RequestItem } from '../../core/request/request.ts';

/** What a request is about, in a word or two: its image, or of a list its id. */
export function aboutWhat(item: RequestItem): string {
  const [first] = imagesOf(item);
  return isSingle(item) && first ? familiarReference(first[1].source) : item.id;
}
