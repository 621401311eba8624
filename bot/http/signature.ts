import { createHmac, timingSafeEqual } from 'node:crypto';

/** What Slack sends beside each body (docs.slack.dev/authentication/verifying-requests-from-slack). */
export interface SignedRequest {
  /** As it came over the line: parsed and written anew it may be another text. */
  readonly body: Uint8Array;
  /** `X-Slack-Request-Timestamp`, seconds. */
  readonly timestamp: string | undefined;
  /** `X-Slack-Signature`: `v0=` and 64 hex digits. */
  readonly signature: string | undefined;
}

/**
 * `unsigned`: a header is missing, or has another form · `wrong`: signed with none of the secrets · `stale`: signed rightly
 * more than five minutes ago, or for a time that far ahead, which would be good for replays until then. So it is either
 * somebody who sends it again, or a clock.
 */
export type SignatureCheck = 'good' | 'unsigned' | 'stale' | 'wrong';

/** Slack's page: ignore what is more than five minutes off. */
const SKEW_MAX_S = 300;

/** While a signing secret is changed, both count: Slack signs with the old one until the new one is regenerated. */
export function checkSignature(
  { body, timestamp, signature }: SignedRequest,
  secrets: readonly string[],
  now: number,
): SignatureCheck {
  if (timestamp === undefined || signature === undefined) return 'unsigned';
  if (!/^[0-9]{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'unsigned';
  const given = Buffer.from(signature);
  // Every secret is tried, so that the time it takes says nothing of which one was right.
  const fits = secrets.map((secret) => timingSafeEqual(Buffer.from(sign(secret, timestamp, body)), given));
  if (!fits.includes(true)) return 'wrong';
  return Math.abs(now / 1_000 - Number(timestamp)) > SKEW_MAX_S ? 'stale' : 'good';
}

/** `v0=…` over `v0:timestamp:body`. */
export function sign(secret: string, timestamp: string, body: Uint8Array): string {
  // An empty key signs as well as any other, and everybody knows it.
  if (secret === '') throw new RangeError('a signing secret is not empty');
  const hash = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return `v0=${hash}`;
}
