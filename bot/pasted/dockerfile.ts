import { distinct, type PastedImage } from './pasted-image.ts';
import { substitute } from './variables.ts';

const FROM = /^\s*FROM\s+(?:--platform=(\S+)\s+)?(\S+)(?:\s+AS\s+(\S+))?\s*$/i;
const ARG = /^\s*ARG\s+([A-Za-z_][A-Za-z0-9_]*)(?:=(.*))?$/i;
const COPY_FROM = /^\s*(?:COPY|ADD)\s.*?--from=(\S+)/i;

export const isDockerfile = (text: string): boolean => text.split('\n').some((line) => FROM.test(line));

/**
 * The images that a Dockerfile pulls: `FROM` with its platform, `COPY --from`; not its own stages, nor `scratch`.
 * `ARG`s before the first `FROM` count with their defaults (docs.docker.com/reference/dockerfile "Understand how ARG and
 * FROM interact").
 */
export function imagesOfDockerfile(text: string): readonly PastedImage[] {
  const values = new Map<string, string>();
  const stages = new Set(['scratch']);
  const images: PastedImage[] = [];
  let inStage = false;
  const add = (typed: string, line: number, platform?: string): void => {
    const source = substitute(typed, values);
    if (!source.ok) {
      images.push({ source: '', line, problem: `${typed}: nothing here says what ${source.name} is` });
      return;
    }
    if (stages.has(source.text.toLowerCase()) || /^\d+$/.test(source.text)) return;
    // A platform that only the builder knows is all of them here.
    const known = platform === undefined ? undefined : substitute(platform, values);
    const platforms = known?.ok && known.text !== '' ? { platforms: [known.text] } : {};
    images.push({ source: source.text, ...platforms, line });
  };
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^\s*#.*$/, '');
    const [, name, given] = ARG.exec(line) ?? [];
    if (name !== undefined && !inStage && given !== undefined) {
      const value = substitute(given.trim().replace(/^(["'])(.*)\1$/, '$2'), values);
      if (value.ok) values.set(name, value.text);
    }
    const [, platform, from, stage] = FROM.exec(line) ?? [];
    if (from !== undefined) {
      inStage = true;
      add(from, at + 1, platform);
      if (stage !== undefined) stages.add(stage.toLowerCase());
    }
    const copied = COPY_FROM.exec(line)?.[1];
    if (copied !== undefined) add(copied, at + 1);
  }
  return distinct(images);
}
