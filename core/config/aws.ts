import * as v from 'valibot';
import { awsAccount, awsRegion } from './values.ts';

const wholeNumber = (min: number, max: number, fallback: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max)), fallback);

/** Where and how the stack of infra/ runs; nothing else reads it. */
export const awsSchema = v.strictObject({
  /** Of this deployment: a part of the stack's name and of its roles' names. A change makes everything anew. */
  name: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[a-z][a-z0-9-]{0,19}$/, 'up to 20 letters, digits and hyphens, in lower case'),
    ),
    'prod',
  ),
  /** Where the product itself runs; by default where the first destination is. */
  account: v.optional(awsAccount),
  region: v.optional(awsRegion),
  /** Where Slack posts to. Public Function URLs are forbidden in many organizations, hence the other default. */
  edge: v.optional(v.picklist(['http-api', 'function-url']), 'http-api'),
  /** Images copied at the same time. Lambda's own limits for a queue: 2 to 1000. */
  workers: wholeNumber(2, 1_000, 5),
  /** Memory buys processor time: 1,769 MB are one core (Lambda developer guide, "Configure memory"). */
  workerMemoryMb: wholeNumber(512, 10_240, 2_048),
  /** Who is told of alarms; AWS sends a mail that has to be confirmed. */
  alarmEmail: v.optional(v.pipe(v.string(), v.email('an e-mail address'))),
  /** How long logs are kept. */
  logDays: v.optional(v.picklist([7, 14, 30, 60, 90, 180, 365]), 90),
});
