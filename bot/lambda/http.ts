import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_FILE } from '../../core/lambda/environment.ts';
import type { HttpEvent, HttpResponse } from '../../core/lambda/event.ts';
import { openService } from '../../core/lambda/service.ts';
import { inTime } from '../in-time.ts';
import { openListeners } from './open-listeners.ts';

const { env } = process;
const service = openService({
  env,
  config: readFileSync(env[CONFIG_FILE] ?? join(import.meta.dirname, 'mirror.config.json'), 'utf8'),
  part: 'bot',
  write: (line) => process.stdout.write(line),
});
const listeners = openListeners(service, env);

/** Slack waits for 3 s, and the way to it takes some of them. What is not done by then goes on in the next invocation. */
const DONE_WITHIN_MS = 2_500;

/** The deployed bot: what Slack posts, by an HTTP API or a Function URL. */
export async function handler(event: HttpEvent): Promise<HttpResponse> {
  const { metrics, now } = service;
  const began = now();
  try {
    const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    const { answered, done } = await listeners.receive({ headers: event.headers, body });
    const answer = await answered;
    if (answer.status === 401) metrics.count('mirror_signatures_refused_total');
    // After its answer a function is frozen, so the rest of the listener is waited for as long as there is time.
    await inTime(done, Math.max(0, began + DONE_WITHIN_MS - now()), undefined);
    return { statusCode: answer.status, headers: answer.headers, body: answer.body };
  } finally {
    metrics.flush();
  }
}
