import * as v from 'valibot';
import { DEFAULT_TIMING, type Timing } from '../request/timing.ts';

/**
 * The shape of mirror.config.json: one schema for the bot, the worker, the infrastructure and editors.
 * Every part has a default but `destinations`; secrets are never in it.
 */
const text = (maxLength = 256) => v.pipe(v.string(), v.nonEmpty('it is empty'), v.maxLength(maxLength));
const list = <T extends v.GenericSchema>(item: T) => v.optional(v.array(item), []);
const milliseconds = (fallback: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7 * 86_400_000)), fallback);
const count = (max: number, fallback: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max)), fallback);

const slackUser = v.pipe(v.string(), v.regex(/^[UW][A-Z0-9]{2,}$/, 'a Slack member id, like U012AB3CD'));
const slackGroup = v.pipe(v.string(), v.regex(/^S[A-Z0-9]{2,}$/, 'a Slack user group id, like S012AB3CD'));
const slackChannel = v.pipe(v.string(), v.regex(/^[CGD][A-Z0-9]{2,}$/, 'a Slack channel id, like C012AB3CD'));
const hostPort = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9.-]+(:[0-9]{1,5})?$|^\[[0-9a-f:]+\](:[0-9]{1,5})?$/,
    'a host, or host:port, in lower case',
  ),
);

const approvers = v.strictObject({ users: list(slackUser), userGroups: list(slackGroup) });

const team = v.strictObject({
  id: text(64),
  channels: list(slackChannel),
  prefixes: v.pipe(v.array(text()), v.nonEmpty('a team needs at least one repository prefix')),
  approvers,
});

const destination = v.strictObject({
  name: text(64),
  account: v.pipe(v.string(), v.regex(/^[0-9]{12}$/, 'an AWS account id: 12 digits')),
  region: v.pipe(v.string(), v.regex(/^[a-z]{2,4}(-[a-z]+)+-[0-9]$/, 'an AWS Region, like eu-central-1')),
  endpoint: v.optional(v.pipe(v.string(), v.url())),
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

const rule = v.strictObject({
  name: text(64),
  match: v.optional(
    v.strictObject({ source: v.optional(text()), target: v.optional(text()), team: v.optional(text()) }),
    {},
  ),
  decision: v.optional(v.picklist(['auto', 'approve', 'deny']), 'approve'),
  approvals: v.optional(v.literal(1), 1),
  selfApproval: v.optional(v.boolean(), false),
  approvers: v.optional(approvers),
  /** Registries whose credentials serve the images of this rule; without it they are read as nobody. */
  credentials: list(hostPort),
  expiresAfterHours: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(24 * 90)), 24 * 7),
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
  rules: v.optional(v.array(rule), [{ name: 'default' }]),
  repositories: v.optional(repositories, {}),
  /** Signatures, attestations, SBOMs of an image: copied as far as possible, all of them or nothing, or not at all. */
  referrers: v.optional(v.picklist(['copy', 'required', 'skip']), 'copy'),
  movedTag: v.optional(v.literal('refuse'), 'refuse'),
  channels: v.strictObject({ default: slackChannel, ops: v.optional(slackChannel) }),
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
      /** Images one person may have looked up in an hour. */
      resolvesPerHour: count(10_000, 30),
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
  paused: v.optional(v.boolean(), false),
});

export type Config = v.InferOutput<typeof configSchema>;
export type ConfigInput = v.InferInput<typeof configSchema>;
export type Team = Config['teams'][number];
export type Destination = Config['destinations'][number];
export type Rule = Config['rules'][number];
