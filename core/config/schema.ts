import * as v from 'valibot';
import { awsSchema } from './aws.ts';
import { isTimeZone } from './hours.ts';
import { gateSchema, movedTagSchema, ruleSchema } from './rule-schema.ts';
import {
  approvers,
  awsAccount,
  awsRegion,
  count,
  hostPort,
  list,
  slackChannel,
  slackUser,
  text,
} from './values.ts';
import { DEFAULT_TIMING, type Timing } from '../request/timing.ts';

const milliseconds = (fallback: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7 * 86_400_000)), fallback);
const platform = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/, 'os/arch or os/arch/variant, such as linux/arm64'),
);
const clockTime = v.pipe(v.string(), v.regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a time of day, like 09:00'));
const span = v.strictObject({ from: clockTime, to: clockTime });
const timeZone = v.pipe(
  v.string(),
  v.check((name) => isTimeZone(name), 'a time zone of the IANA database, like Europe/Berlin'),
);

const principal = v.pipe(
  v.string(),
  v.regex(
    /^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)\/[\w+=,.@/*-]+$/,
    'the ARN of a role or user, like arn:aws:iam::123456789012:role/mirror-worker',
  ),
);

const team = v.strictObject({
  id: text(64),
  channels: list(slackChannel),
  prefixes: v.pipe(v.array(text()), v.nonEmpty('a team needs at least one repository prefix')),
  /** What the team's machines run: the card shows its size beside that of everything. */
  platforms: list(platform),
  approvers,
});

const destination = v.strictObject({
  name: text(64),
  account: awsAccount,
  region: awsRegion,
  endpoint: v.optional(v.pipe(v.string(), v.url())),
  /** The worker takes this role to write there: for another account than its own. */
  role: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^arn:[a-z-]+:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/,
        'the ARN of a role, like arn:aws:iam::123456789012:role/mirror-writer',
      ),
    ),
  ),
});

const registry = v.strictObject({
  endpoint: v.optional(v.pipe(v.string(), v.url())),
  insecure: v.optional(v.boolean(), false),
  authHosts: list(hostPort),
  blobHosts: list(hostPort),
  /** The name of a secret; what it holds is never here. */
  credentials: v.optional(text()),
  /** A file of certificates (PEM) that are believed of this registry beside the system's. */
  ca: v.optional(text(4096)),
});

const repositories = v.strictObject({
  tagMutability: v.optional(
    v.picklist(['IMMUTABLE_WITH_EXCLUSION', 'IMMUTABLE', 'MUTABLE']),
    'IMMUTABLE_WITH_EXCLUSION',
  ),
  mutableTags: v.optional(v.pipe(v.array(text(128)), v.maxLength(5)), ['sha256-*']),
  scanOnPush: v.optional(v.boolean(), true),
  encryption: v.optional(
    v.strictObject({ type: v.picklist(['AES256', 'KMS', 'KMS_DSSE']), key: v.optional(text(2048)) }),
  ),
  tags: v.optional(v.record(text(128), v.pipe(v.string(), v.maxLength(256))), {}),
});

/** Which tags of a repository are kept fresh; all that is said has to hold. */
const tagRule = v.strictObject({
  source: text(),
  target: v.optional(text()),
  semver: v.optional(text(128)),
  match: v.optional(text(256)),
  /** What has to stand behind the version: `-alpine`. */
  variant: v.optional(
    v.pipe(v.string(), v.regex(/^(-[A-Za-z0-9._-]+)?$/, 'what stands behind a version, like -alpine')),
  ),
  newest: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
});

const schedule = v.strictObject({
  name: v.pipe(text(64), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, . _ -')),
  /** Five POSIX fields: minute, hour, day of the month, month, day of the week. */
  cron: text(128),
  timeZone: v.optional(timeZone, 'UTC'),
  team: v.optional(text(64)),
  /** Where its cards go; default `channels.default`. */
  channel: v.optional(slackChannel),
  /** `source` or `source target`, as behind /mirror. */
  images: list(text(512)),
  /** Everything tracked below this prefix of repositories. */
  tracked: v.optional(text()),
  tags: list(tagRule),
});

const timingEntries = Object.fromEntries(
  Object.entries(DEFAULT_TIMING).map(([name, value]) => [name, milliseconds(value)]),
);
const timing = v.pipe(
  v.strictObject(timingEntries),
  // Rebuilt by name so that the type is exact: every key of Timing is in timingEntries by construction.
  v.transform((given): Timing => ({ ...DEFAULT_TIMING, ...given })),
  v.check((t) => t.heartbeatMs * 2 < t.leaseMs, 'leaseMs must be more than twice heartbeatMs'),
  v.check(
    (t) => t.leaseMs > t.putTimeoutMs + t.graceMs,
    'leaseMs must be more than putTimeoutMs and graceMs together',
  ),
  v.check(
    (t) => t.postTimeoutMs <= t.postDeadlineMs,
    'postDeadlineMs must not be shorter than postTimeoutMs',
  ),
);

/**
 * The shape of mirror.config.json: one schema for the bot, the worker, the infrastructure and editors.
 * Every part has a default but `teams`, `destinations` and `channels`; secrets are never in it.
 */
export const configSchema = v.strictObject({
  $schema: v.optional(v.string()),
  teams: v.pipe(v.array(team), v.nonEmpty('at least one team is needed')),
  naming: v.optional(v.strictObject({ pattern: v.optional(text(), '{team}/{app}') }), {}),
  destinations: v.pipe(v.array(destination), v.nonEmpty('at least one destination is needed')),
  registries: v.optional(v.record(hostPort, registry), {}),
  sources: v.optional(v.pipe(v.array(text()), v.nonEmpty('at least one source host is needed')), [
    'docker.io',
    'ghcr.io',
    'quay.io',
    'public.ecr.aws',
    'registry.k8s.io',
    'mcr.microsoft.com',
    'gcr.io',
    '*.pkg.dev',
  ]),
  /** `environment`: HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured on the way to registries. */
  network: v.optional(v.strictObject({ proxy: v.optional(v.picklist(['none', 'environment']), 'none') }), {}),
  rules: v.optional(v.array(ruleSchema), [{ name: 'default' }]),
  repositories: v.optional(repositories, {}),
  /** What is looked at by itself, and asked for where it has changed. */
  schedules: list(schedule),
  /** Signatures, attestations, SBOMs of an image: copied as far as possible, all of them or nothing, or not at all. */
  referrers: v.optional(v.picklist(['copy', 'required', 'skip']), 'copy'),
  /** What becomes of a tag that stands there with another digest; a rule can say otherwise. */
  movedTag: v.optional(movedTagSchema, 'suffix'),
  /** The scan gate of every rule that has none of its own; off without it. */
  gate: v.optional(gateSchema),
  channels: v.strictObject({ default: slackChannel, ops: v.optional(slackChannel) }),
  /** When people work, and when nothing but private answers and results is said. */
  hours: v.optional(
    v.strictObject({
      timeZone: v.optional(timeZone, 'UTC'),
      workingDays: v.optional(
        v.pipe(
          v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7))),
          v.nonEmpty('at least one day is needed: 1 is Monday'),
        ),
        [1, 2, 3, 4, 5],
      ),
      working: v.optional(span, { from: '09:00', to: '17:00' }),
      quiet: v.optional(span),
    }),
    {},
  ),
  /** What the card calls very large or very old. */
  flags: v.optional(v.strictObject({ largeMB: count(1_000_000, 1_000), oldDays: count(36_500, 365) }), {}),
  /** Who may decide with `mirror decide`: an AWS identity's ARN, and the Slack member it is. Nobody by default. */
  commandApprovers: v.optional(
    v.record(
      v.pipe(
        v.string(),
        v.regex(/^arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:[^*]+$/, 'the ARN of one AWS identity'),
      ),
      slackUser,
    ),
    {},
  ),
  limits: v.optional(
    v.strictObject({
      timing: v.optional(timing, {}),
      imagesAtOnce: count(64, 2),
      blobsAtOnce: count(32, 4),
      /** Of all images together: at one host, and in the whole process. */
      blobsAtHost: count(64, 8),
      blobsInFlight: count(128, 16),
      transfer: v.optional(v.picklist(['socket', 'undici']), 'socket'),
      /** From this size on a blob goes into ECR by parts, and is gone on with after a stop. */
      partsFromBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
      /** Pulls of a source's limit that are left to others; never more than half of the limit. */
      pullReserve: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)), 10),
      /** Of what Slack allows the app: less where several processes tell stories with the same token. */
      slackShare: v.optional(v.pipe(v.number(), v.minValue(0.05), v.maxValue(1_000)), 1),
      /** Images one person may have looked up in an hour. */
      resolvesPerHour: count(10_000, 100),
      /** Open requests of one person, and of one channel. */
      openPerPerson: count(1_000, 10),
      openPerChannel: count(10_000, 50),
    }),
    {},
  ),
  /** Where GET /healthz and GET /metrics are answered; nowhere by default. */
  health: v.optional(
    v.strictObject({
      port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
      host: v.optional(text(), '127.0.0.1'),
    }),
  ),
  /** How Slack reaches the bot where it runs on one machine (`npm start`); on AWS it is always HTTP. */
  slack: v.optional(
    v.strictObject({
      mode: v.optional(v.picklist(['socket', 'http']), 'socket'),
      /** Where it listens in the mode `http`; TLS is somebody else's. */
      port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)), 3_000),
      host: v.optional(text(), '127.0.0.1'),
      /** Another Web API than https://slack.com/api/, such as GovSlack's https://slack-gov.com/api/ */
      endpoint: v.optional(v.pipe(v.string(), v.url(), v.endsWith('/', 'it ends in a slash'))),
    }),
    {},
  ),
  /** Who alone may write below the prefixes: what `npm run registry-policy` prints and `mirror doctor` looks for. */
  registryPolicy: v.optional(
    v.strictObject({
      writers: v.pipe(v.array(principal), v.nonEmpty('the role of the worker is needed')),
      admins: list(principal),
      organization: v.optional(
        v.pipe(v.string(), v.regex(/^o-[a-z0-9]{10,32}$/, 'an organization, like o-a1b2c3d4e5')),
      ),
    }),
  ),
  /** The deployed stack. */
  aws: v.optional(awsSchema, {}),
  paused: v.optional(v.boolean(), false),
});

export type Config = v.InferOutput<typeof configSchema>;
export type ConfigInput = v.InferInput<typeof configSchema>;
export type Team = Config['teams'][number];
export type Destination = Config['destinations'][number];
export type Rule = Config['rules'][number];
export type Schedule = Config['schedules'][number];
export type Gate = NonNullable<Config['gate']>;
