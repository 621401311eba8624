import { ABSENT, type ApiExpectation, type Expected, type HttpExpectation } from './check.ts';

/** What came back over the line. */
export interface HttpSeen {
  /** 0: closed instead. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Every difference as a sentence: what the stand-in does, what was seen. */
export function compareHttp(expected: HttpExpectation, seen: HttpSeen): readonly string[] {
  const error = firstError(seen.text);
  const found: string[] = [];
  const differ = (what: string, want: unknown, have: unknown) => {
    found.push(`${what}: the stand-in has ${show(want)}, here it is ${show(have)}`);
  };
  if (seen.status !== expected.status) differ('status', expected.status, seen.status);
  if (expected.code !== undefined && error?.code !== expected.code) {
    differ('code', expected.code, error?.code ?? seen.text.slice(0, 200));
  }
  if (expected.message && !expected.message.test(error?.message ?? '')) {
    differ('message', expected.message, error?.message ?? seen.text.slice(0, 200));
  }
  if (expected.body && !expected.body.test(seen.text)) {
    differ('body', expected.body, seen.text.slice(0, 200));
  }
  for (const [name, want] of Object.entries(expected.headers ?? {})) {
    const have = seen.headers[name.toLowerCase()]?.toString();
    const fits = want === 'absent' ? have === undefined : want.test(have ?? '');
    if (!fits) differ(`header ${name}`, want, have);
  }
  return found;
}

export type ApiSeen =
  | { readonly kind: 'output'; readonly output: object }
  | { readonly kind: 'error'; readonly error: Error };

export function compareApi(expected: ApiExpectation, seen: ApiSeen): readonly string[] {
  const have = seen.kind === 'error' ? `${seen.error.name}: ${seen.error.message}` : 'an output';
  if (seen.kind === 'error') {
    if (expected.kind === 'output') return [`the stand-in answers, here it is ${have}`];
    const found: string[] = [];
    if (seen.error.name !== expected.name) {
      found.push(`error: the stand-in has ${expected.name}, here it is ${have}`);
    } else if (expected.message && !expected.message.test(seen.error.message)) {
      found.push(`message: the stand-in has ${show(expected.message)}, here it is ${seen.error.message}`);
    }
    return [...found, ...compareFields(expected.fields ?? {}, seen.error)];
  }
  if (expected.kind === 'error') return [`error: the stand-in has ${expected.name}, here it is ${have}`];
  return compareFields(expected.fields, seen.output);
}

function compareFields(fields: Readonly<Record<string, Expected>>, output: object): readonly string[] {
  return Object.entries(fields).flatMap(([path, want]) => {
    const have = fieldAt(output, path);
    const fits =
      want === ABSENT
        ? have === undefined
        : want instanceof RegExp
          ? typeof have === 'string' && want.test(have)
          : have === want;
    return fits ? [] : [`${path}: the stand-in has ${show(want)}, here it is ${show(have)}`];
  });
}

/** `layers.0.layerSize` */
export function fieldAt(output: unknown, path: string): unknown {
  let value: unknown = output;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = key === 'length' && Array.isArray(value) ? value.length : Reflect.get(value, key);
  }
  return value;
}

function firstError(text: string): { readonly code: string; readonly message: string } | undefined {
  try {
    const errors = fieldAt(JSON.parse(text), 'errors.0');
    const [code, message] = [fieldAt(errors, 'code'), fieldAt(errors, 'message')];
    return { code: String(code), message: String(message) };
  } catch {
    return undefined;
  }
}

const show = (value: unknown): string => {
  if (value === ABSENT || value === undefined) return 'nothing';
  return value instanceof RegExp ? String(value) : JSON.stringify(value);
};
