import { readFileSync } from 'node:fs';

/** What `npx cdk deploy --outputs-file` wrote: `{STACK: {OUTPUT: value}}`. */
export type Outputs = Readonly<Record<string, string>>;
export type OutputsResult =
  | { readonly ok: true; readonly outputs: Outputs }
  | { readonly ok: false; readonly problem: string };

export interface OutputsFile {
  readonly file: string;
  readonly stack: string | undefined;
  /** An output by which the stack is known. */
  readonly wanted: string;
}

/** The outputs of the one stack that has `wanted`, or of the one that is named. */
export function readOutputs({ file, stack, wanted }: OutputsFile): OutputsResult {
  const no = (problem: string): OutputsResult => ({ ok: false, problem });
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    return no(`${file} ${why}: npx cdk deploy --outputs-file ${file} writes it`);
  }
  if (typeof json !== 'object' || json === null) return no(`${file} holds no stacks`);
  const found = Object.entries(json).flatMap(([name, each]: [string, unknown]) => {
    const outputs = textsOf(each);
    return outputs[wanted] !== undefined && (stack === undefined || stack === name)
      ? [{ name, outputs }]
      : [];
  });
  const [first, ...more] = found;
  if (first === undefined)
    return no(`${file} has no output ${wanted}${stack === undefined ? '' : ` in the stack ${stack}`}`);
  if (more.length > 0)
    return no(`${file} has several stacks: --stack, one of ${found.map(({ name }) => name).join(', ')}`);
  return { ok: true, outputs: first.outputs };
}

const textsOf = (value: unknown): Outputs =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      )
    : {};
