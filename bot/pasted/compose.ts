import { distinct, type PastedImage } from './pasted-image.ts';
import { substitute } from './variables.ts';

/**
 * Line by line and not with a YAML parser: what people paste is a piece out of the middle, which no parser takes. The
 * same lines stand in Kubernetes manifests and CI files.
 */
const IMAGE = /^(\s*(?:- +)?)["']?image["']?\s*:\s*["']?([^"'\s#{[][^"'\s#]*)["']?\s*,?\s*(?:#.*)?$/;
const KEY = /^(\s*(?:- +)?)["']?(build|platform)["']?\s*:\s*["']?([^"'\s#]*)/;

export const isCompose = (text: string): boolean => text.split('\n').some((line) => IMAGE.test(line));

/**
 * The images that a compose file, or a piece of one, pulls, each with its `platform`. What has a `build` beside it is
 * built and not pulled: its image is only what the result is called (docs.docker.com/reference/compose-file/build).
 */
export function imagesOfCompose(text: string): readonly PastedImage[] {
  const lines = text.split('\n');
  const images = lines.flatMap((line, at): readonly PastedImage[] => {
    const [, indent, typed] = IMAGE.exec(line) ?? [];
    if (indent === undefined || typed === undefined) return [];
    const beside = keysBeside(lines, at, indent.length);
    if (beside.has('build')) return [];
    const source = substitute(typed, new Map());
    if (!source.ok) {
      return [{ source: '', line: at + 1, problem: `${typed}: nothing here says what ${source.name} is` }];
    }
    const platform = beside.get('platform');
    return [{ source: source.text, line: at + 1, ...(platform && { platforms: [platform] }) }];
  });
  return distinct(images);
}

/** What else the same mapping says: lines of the same depth, up and down to the first one that is less deep. */
function keysBeside(lines: readonly string[], at: number, depth: number): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const step of [-1, 1]) {
    const begins = (line: string): boolean => /^\s*- /.test(line);
    if (step === -1 && begins(lines[at] ?? '')) continue;
    for (let n = at + step; n >= 0 && n < lines.length; n += step) {
      const line = lines[n] ?? '';
      if (line.trim() === '') continue;
      const deep = /^\s*(?:- +)?/.exec(line)?.[0].length ?? 0;
      if (deep < depth || (step === 1 && deep === depth && begins(line))) break;
      const [, indent, key, value] = KEY.exec(line) ?? [];
      if (key !== undefined && indent?.length === depth) found.set(key, value ?? '');
      if (step === -1 && deep === depth && begins(line)) break;
    }
  }
  return found;
}
