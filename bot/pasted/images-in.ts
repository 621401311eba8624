import { imagesOfCompose, isCompose } from './compose.ts';
import { imagesOfDockerfile, isDockerfile } from './dockerfile.ts';
import type { PastedImage } from './pasted-image.ts';

export interface ImagesIn {
  readonly kind: 'dockerfile' | 'compose';
  readonly images: readonly PastedImage[];
}

/** The images of a Dockerfile or a compose file, or of a piece of one; undefined where the text is neither. */
export function imagesIn(text: string): ImagesIn | undefined {
  if (isDockerfile(text)) return { kind: 'dockerfile', images: imagesOfDockerfile(text) };
  if (isCompose(text)) return { kind: 'compose', images: imagesOfCompose(text) };
  return undefined;
}
