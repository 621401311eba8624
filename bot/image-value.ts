import { parseRequestId } from '../core/request/id.ts';
import type { ImageId } from '../core/request/image.ts';

/** What a button or dialog about one image of a request carries: `M-7F3K 3`. */
export interface ImageValue {
  readonly id: string;
  readonly image: ImageId;
}

export const formatImageValue = ({ id, image }: ImageValue): string => `${id} ${image}`;

/** Undefined = it is none of ours. */
export function parseImageValue(text: string): ImageValue | undefined {
  const [, request = '', image] = /^(\S+) (\d{1,2})$/.exec(text) ?? [];
  const id = parseRequestId(request);
  return id === undefined || image === undefined ? undefined : { id, image };
}
