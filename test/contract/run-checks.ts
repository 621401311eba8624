import type { ECRClient } from '@aws-sdk/client-ecr';
import { request } from 'undici';
import type { ApiStep, Check, HttpStep, ScratchNames, Step } from './check.ts';
import { type ApiSeen, compareApi, compareHttp, fieldAt, type HttpSeen } from './compare.ts';

export interface ContractPlace {
  readonly sdk: ECRClient;
  /** Of the registry host, with its scheme. */
  readonly origin: string;
  /** `Basic …` */
  readonly authorization: string;
  readonly names: ScratchNames;
  /** Before a request is sent again that the registry throttled; the SDK waits for its own. */
  readonly wait: (ms: number) => Promise<void>;
}

export interface CheckResult {
  readonly check: Check;
  /** None: what was seen is what the stand-in does. */
  readonly differences: readonly string[];
}

/** One after the other, each from its first step to its last, so that every difference is seen. */
export async function runChecks(
  place: ContractPlace,
  checks: readonly Check[],
  told: (result: CheckResult) => void = () => {},
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const result = { check, differences: await differencesOf(place, check) };
    told(result);
    results.push(result);
  }
  return results;
}

async function differencesOf(place: ContractPlace, { steps }: Check): Promise<readonly string[]> {
  const kept = new Map<string, string>(Object.entries(place.names));
  const found: string[] = [];
  for (const [index, step] of steps.entries()) {
    const label = `step ${index + 1}, ${labelOf(step)}`;
    try {
      const differences =
        step.kind === 'http' ? await runHttp(place, step, kept) : await runApi(place, step, kept);
      found.push(...differences.map((difference) => `${label}: ${difference}`));
    } catch (error) {
      // A placeholder that no earlier step could fill: the rest has nothing to work with.
      found.push(`${label}: ${error instanceof Error ? error.message : String(error)}`);
      break;
    }
  }
  return found;
}

const FIRST_WAIT_MS = 1000;
const LAST_WAIT_MS = 16_000;

const labelOf = (step: Step): string =>
  step.kind === 'http' ? `${step.method} ${step.url}` : step.operation;

async function runHttp(
  place: ContractPlace,
  step: HttpStep,
  kept: Map<string, string>,
): Promise<readonly string[]> {
  const url = new URL(filled(step.url, kept), place.origin);
  // Appended as text: the query that is there has to stay as it is.
  const extra = Object.entries(step.query ?? {}).map(([name, value]) => `${name}=${filled(value, kept)}`);
  const address = extra.length === 0 ? url.href : `${url.href}${url.search ? '&' : '?'}${extra.join('&')}`;
  let seen = await send(address, step, place.authorization);
  // How fast we are is no rule of the registry: PutImage is ten a second in a new account.
  for (let wait = FIRST_WAIT_MS; seen.status === 429 && wait <= LAST_WAIT_MS; wait *= 2) {
    await place.wait(wait);
    seen = await send(address, step, place.authorization);
  }
  for (const [name, header] of Object.entries(step.keep ?? {})) {
    const value = seen.headers[header]?.toString();
    if (value !== undefined) kept.set(name, header === 'location' ? new URL(value, url).href : value);
  }
  return compareHttp(step.expect, seen);
}

async function send(address: string, step: HttpStep, authorization: string): Promise<HttpSeen> {
  try {
    const answer = await request(address, {
      method: step.method,
      headers: { ...(step.authorization === undefined && { authorization }), ...step.headers },
      body: step.body ?? null,
    });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'UND_ERR_SOCKET' && code !== 'ECONNRESET') throw error;
    return { status: 0, headers: {}, text: '' };
  }
}

async function runApi(
  { sdk, names }: ContractPlace,
  step: ApiStep,
  kept: Map<string, string>,
): Promise<readonly string[]> {
  const context = { sdk, names, kept: (name: string) => filled(`{${name}}`, kept) };
  const seen: ApiSeen = await step.call(context).then(
    (output) => ({ kind: 'output', output }) as const,
    (error: unknown) => {
      if (error instanceof Error && '$metadata' in error) return { kind: 'error', error } as const;
      throw error;
    },
  );
  for (const [name, path] of Object.entries(step.keep ?? {})) {
    const value = seen.kind === 'output' ? fieldAt(seen.output, path) : undefined;
    if (typeof value === 'string') kept.set(name, value);
  }
  return compareApi(step.expect, seen);
}

/** Throws where a placeholder was never kept. */
function filled(text: string, kept: ReadonlyMap<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = kept.get(name);
    if (value === undefined) throw new Error(`no earlier step kept ${name}`);
    return value;
  });
}
