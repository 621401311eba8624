import type { Rule, Step } from './rule.ts';

export interface SlackPlace {
  /** Ends in a slash. */
  readonly apiUrl: string;
  readonly token: string;
  readonly channel: string;
  readonly wait: (ms: number) => Promise<void>;
}
export interface RuleResult {
  readonly rule: Rule;
  /** None: what was seen is what the stand-in does. */
  readonly differences: readonly string[];
}

/** One rule after the other, each to its last step, so that every difference is seen. */
export async function replay(
  place: SlackPlace,
  rules: readonly Rule[],
  told: (result: RuleResult) => void = () => {},
): Promise<readonly RuleResult[]> {
  const results: RuleResult[] = [];
  for (const rule of rules) {
    const result = { rule, differences: await differencesOf(place, rule) };
    told(result);
    results.push(result);
  }
  return results;
}

async function differencesOf(place: SlackPlace, { steps }: Rule): Promise<readonly string[]> {
  const kept = new Map([['channel', place.channel]]);
  const found: string[] = [];
  for (const [at, step] of steps.entries()) {
    const answer = await call(place, step, kept);
    const code = answer['ok'] === true ? 'ok' : String(answer['error']);
    const label = `step ${at + 1}, ${step.method}`;
    const text = JSON.stringify(answer);
    if (code !== step.expect) found.push(`${label}: the stand-in has ${step.expect}, here it is ${code}`);
    else if (step.says && !step.says.test(text)) found.push(`${label}: it does not say ${step.says.source}`);
    if (step.keep !== undefined) kept.set(step.keep, String(answer['ts'] ?? ''));
  }
  return found;
}

/** How fast we are is no rule: a 429 is waited for. */
async function call(
  { apiUrl, token, wait }: SlackPlace,
  { args, method }: Step,
  kept: ReadonlyMap<string, string>,
): Promise<Readonly<Record<string, unknown>>> {
  const form = new URLSearchParams(
    Object.entries(args).map(([name, value]): [string, string] => [
      name,
      filled(typeof value === 'string' ? value : JSON.stringify(value), kept),
    ]),
  );
  for (;;) {
    const answer = await fetch(new URL(method, apiUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    if (answer.status !== 429) {
      const body: unknown = await answer.json();
      return typeof body === 'object' && body !== null ? { ...body } : {};
    }
    await wait(Number(answer.headers.get('retry-after') ?? 1) * 1_000);
  }
}

const filled = (text: string, kept: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\{(channel|card|reply)\}/g, (_, name: string) => kept.get(name) ?? '');
