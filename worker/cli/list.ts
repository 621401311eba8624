import { errorCode } from '../../core/error-code.ts';
import type { Options } from './command-line.ts';
import { complain } from './complain.ts';
import type { Io } from './io.ts';
import { type ListLine, parseList } from './list-file.ts';
import { usesEcr } from './pair.ts';
import type { Report } from './report.ts';
import { type ImageToRun, runImages } from './run-images.ts';

export interface List {
  readonly file: string;
  readonly options: Options;
}

/** `mirror list FILE`: every line's image; a summary on stderr at the end. Returns the exit code. */
export async function list(io: Io, { file, options }: List): Promise<number> {
  let text: string;
  try {
    text = await io.read(file);
  } catch (error) {
    const code = errorCode(error);
    return complain(io, `${file} cannot be read: ${WHY[code] ?? (code || 'it is not text')}`);
  }
  const lines = parseList(text);
  const images: ImageToRun[] = [];
  const refused: Report[] = [];
  for (const line of lines) {
    if (line.entry.ok) images.push({ line: line.number, pair: line.entry.pair });
    else refused.push(unreadable(line));
  }
  if (options.endpointUrl !== undefined && !images.some(({ pair }) => usesEcr(pair))) {
    return complain(io, `--endpoint-url is for images in ECR, and ${file} has none`);
  }
  const counts = await runImages(io, { images, refused, options, dryRun: options.dryRun, detailed: false });
  if (!options.quiet && !options.json) io.err(`${summary(counts)}\n`);
  return counts.failed > 0 ? 1 : 0;
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

function unreadable({ entry, number, text }: ListLine): Report {
  const problem = entry.ok ? '' : entry.problem;
  const suggestion = entry.ok ? undefined : entry.suggestion;
  const failure = {
    code: 'badLine',
    summary: `${problem}.`,
    hint:
      suggestion === undefined
        ? 'Write it as: source target, such as: nginx:1.27-alpine registry.example.com/base/nginx'
        : `Probably meant: ${suggestion}`,
  };
  return { asked: { text }, line: number, outcome: { kind: 'failed', failure } };
}

/** `3 copied, 1 already there, 1 failed` */
function summary(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).flatMap(([kind, count]) =>
    count > 0 ? [`${count} ${kind === 'planned' ? 'to copy' : kind}`] : [],
  );
  return parts.length > 0 ? parts.join(', ') : 'nothing in the list';
}
