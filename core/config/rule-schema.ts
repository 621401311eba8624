import * as v from 'valibot';
import { GATE_SEVERITIES } from '../request/gate.ts';
import { approvers, count, hostPort, list, text } from './values.ts';

/** From this on, and below that; at least one of them. */
const range = v.pipe(
  v.strictObject({
    from: v.optional(v.pipe(v.number(), v.minValue(0))),
    below: v.optional(v.pipe(v.number(), v.minValue(0))),
  }),
  v.check(({ below, from }) => below !== undefined || from !== undefined, 'it says neither from nor below'),
);

/** A wildcard of tags as ECR takes it (API reference, ImageTagMutabilityExclusionFilter). */
const tagFilter = v.pipe(
  v.string(),
  v.regex(/^[0-9a-zA-Z._*-]{1,128}$/, 'letters, digits, . _ - and * for any characters'),
);

export const movedTagSchema = v.picklist(['refuse', 'suffix', 'move']);

const day = v.pipe(
  v.string(),
  v.check(
    (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
    'a day, like 2027-01-31',
  ),
);
const holdOrPass = v.picklist(['hold', 'pass']);

/** Between the push and the tag: which findings hold an image back until somebody releases it. */
export const gateSchema = v.strictObject({
  /** This one and worse. */
  severity: v.picklist(GATE_SEVERITIES),
  /** Only findings with a fixed version. */
  onlyFixable: v.optional(v.boolean(), false),
  /** Findings that nobody has rated yet. */
  unrated: v.optional(holdOrPass, 'pass'),
  /** No findings, of the image or of one of its platforms. */
  unavailable: v.optional(holdOrPass, 'hold'),
  /** Who may release; without it the rule's approvers. */
  releasers: v.optional(approvers),
  /** Vulnerabilities that hold nothing, until the end of that day (UTC) or for good. */
  exceptions: list(v.strictObject({ id: text(128), until: v.optional(day), reason: v.optional(text(500)) })),
  /** Then it is left untagged. */
  expiresAfterHours: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(24 * 90)), 24 * 7),
});

export const ruleSchema = v.strictObject({
  name: text(64),
  match: v.optional(
    v.strictObject({
      source: v.optional(text()),
      target: v.optional(text()),
      team: v.optional(text()),
      /** `windows/*`; an automatic rule wants it of every platform, any other of one. */
      platform: v.optional(text()),
      /** Compressed size of everything, in millions of bytes. */
      sizeMB: v.optional(range),
      /** Since it was built. */
      ageDays: v.optional(range),
      /** Since we first saw this digest under this tag. */
      seenHours: v.optional(range),
    }),
    {},
  ),
  decision: v.optional(v.picklist(['auto', 'approve', 'deny']), 'approve'),
  approvals: count(10, 1),
  /** Of a rule that denies: what to do instead. */
  message: v.optional(text(500)),
  selfApproval: v.optional(v.boolean(), false),
  approvers: v.optional(approvers),
  /** Of a rule that lets in by itself: how long a digest has stood under its tag, as far as we know. */
  minAgeDays: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(365)), 3),
  /** `patch`: by itself only what is a patch version of a tag that stands in the repository by our doing. */
  versions: v.optional(v.picklist(['any', 'patch']), 'any'),
  /** Instead of the configuration's own. */
  movedTag: v.optional(movedTagSchema),
  /** With `move`: which tags; without any the tag that `match.source` ends in. */
  movingTags: list(tagFilter),
  /** Registries whose credentials serve the images of this rule; without it they are read as nobody. */
  credentials: list(hostPort),
  expiresAfterHours: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(24 * 90)), 24 * 7),
  /** Of working time (`hours`); 0 = nobody is reminded. */
  remindAfterHours: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(24 * 30)), 4),
  /** Asked as well when nobody decided for this long, of working time; from then on they may decide too. */
  escalation: v.optional(
    v.strictObject({ afterHours: v.pipe(v.number(), v.minValue(0), v.maxValue(24 * 30)), to: approvers }),
  ),
  /** Instead of the configuration's own; `off` = what this rule lets in is tagged at once. */
  gate: v.optional(v.union([v.literal('off'), gateSchema])),
  /** Who may let an image in alone, with a reason and a review that a second person owes it. */
  breakGlass: v.optional(approvers),
});
