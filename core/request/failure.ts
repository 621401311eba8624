import { type Digest, shortDigest } from '../oci/digest.ts';
import type { Reference } from '../oci/reference.ts';
import { entry, type FailureText, image, type OfSource } from './failure-entry.ts';
import { typedFailures } from './typed-failures.ts';

/**
 * Why something was refused or went wrong, as people read it: what happened to which image, and what to do next, by whom.
 * Stored with the image, so a text never changes afterwards. Plain text: renderers escape it.
 */
export type Failure = FailureText & { readonly code: FailureCode };

/** Where a target stands, for sentences. */
export interface Place {
  readonly repository: string;
  readonly tag: string;
  readonly account: string;
  readonly region: string;
  /** The destination's name in the configuration. */
  readonly destination?: string;
  /** It was asked for by that name. */
  readonly named?: true;
}

const HOST_NAMES: Readonly<Record<string, string>> = { 'docker.io': 'Docker Hub' };
export const hostName = (host: string): string => HOST_NAMES[host] ?? host;
const place = (target: Place): string => `${target.repository}:${target.tag}`;
export const mirrorCommand = (
  source: Reference,
  target: Pick<Place, 'repository' | 'tag' | 'destination' | 'named'>,
  platforms: readonly string[] = [],
): string =>
  `/mirror ${image(source)} ${target.repository}${target.tag === source.tag ? '' : `:${target.tag}`}` +
  (platforms.length ? ` --platform ${platforms.join(',')}` : '') +
  (target.named && target.destination !== undefined ? ` --to ${target.destination}` : '');

interface OfTarget extends OfSource {
  readonly target: Place;
  readonly platforms?: readonly string[];
}

/** A sentence of somebody else's, to be ended by ours. */
const open = (detail: string): string => detail.replace(/[.\s]+$/, '');
/** The start of a sentence, inside of one. */
const inside = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

/** Every way to end, one entry a code: `failures.tagNotFound({...})`. */
export const failures = {
  // ---- what was typed
  ...typedFailures,

  // ---- the source
  tagNotFound: entry(
    'tagNotFound',
    (p: OfSource & { closest: readonly string[]; command?: string }): FailureText => ({
      summary:
        `${image(p.source)} does not exist on ${hostName(p.source.registry)}.` +
        (p.closest.length ? ` Closest tags: ${p.closest.join(', ')}.` : ''),
      hint: p.command ? 'For the closest one:' : 'Look the tag up at the registry and ask again.',
      ...(p.command && { command: p.command }),
      retry: false,
    }),
  ),
  sourcePrivate: entry(
    'sourcePrivate',
    (p: OfSource): FailureText => ({
      summary: `${image(p.source)} is private on ${hostName(p.source.registry)}, or does not exist: it cannot be seen without signing in.`,
      hint: `Check the spelling. If it is private, whoever keeps mirror.config.json names ${p.source.registry} in the credentials of the rule it is for.`,
      retry: false,
    }),
  ),
  sourceDenied: entry(
    'sourceDenied',
    (p: OfSource & { detail: string }): FailureText => ({
      summary: `${hostName(p.source.registry)} does not give ${image(p.source)} to us: ${p.detail}.`,
      hint: `Whoever runs the mirror checks the credentials for ${p.source.registry}.`,
      retry: true,
    }),
  ),
  sourceRateLimited: entry(
    'sourceRateLimited',
    (p: OfSource & { limit?: number; windowHours?: number }): FailureText => ({
      summary:
        `${hostName(p.source.registry)}'s pull limit is used up` +
        (p.limit ? ` (${p.limit} in ${p.windowHours ?? 6} h).` : '.'),
      hint: 'Nothing to do: it goes on by itself when the limit opens again.',
      retry: true,
    }),
  ),
  pullsReserved: entry(
    'pullsReserved',
    (p: OfSource & { left: number; limit?: number; reserve: number }): FailureText => ({
      summary:
        `${hostName(p.source.registry)} has ${p.left}${p.limit ? ` of ${p.limit}` : ''} pulls left for us, ` +
        `and ${p.reserve} are kept in reserve.`,
      hint: 'Nothing to do: it goes on by itself when there are more. Whoever keeps mirror.config.json sets limits.pullReserve.',
      retry: true,
    }),
  ),
  sourceUnreachable: entry(
    'sourceUnreachable',
    (p: OfSource & { detail: string }): FailureText => ({
      summary: `${hostName(p.source.registry)} did not answer for ${image(p.source)}: ${p.detail}.`,
      hint: 'Retry when the registry answers again; if it stays so, whoever runs the mirror checks the way to it.',
      retry: true,
    }),
  ),
  sourceRefused: entry(
    'sourceRefused',
    (p: OfSource & { detail: string }): FailureText => ({
      summary: `${hostName(p.source.registry)} answered for ${image(p.source)} with what nobody here knows: ${open(p.detail)}.`,
      hint: `Check the spelling. If it is right, whoever runs the mirror asks the people who run ${p.source.registry}, with the sentence above.`,
      retry: true,
    }),
  ),
  sourceGone: entry(
    'sourceGone',
    (p: OfSource & { digest: Digest }): FailureText => ({
      summary: `${image(p.source)} at ${shortDigest(p.digest)} is no longer on ${hostName(p.source.registry)}: what was approved cannot be copied.`,
      hint: 'Ask for the image again to get its present digest approved.',
      retry: false,
    }),
  ),
  sourceCorrupt: entry(
    'sourceCorrupt',
    (p: OfSource & { detail: string }): FailureText => ({
      summary: `${hostName(p.source.registry)} sends bytes of ${image(p.source)} that do not match their digest: ${p.detail}.`,
      hint: 'Nothing was tagged. Retry later; if it stays so, tell the people who publish the image.',
      retry: true,
    }),
  ),
  platformMissing: entry(
    'platformMissing',
    (p: OfTarget & { wanted: string; available: readonly string[]; command?: string }): FailureText => ({
      summary: p.available.length
        ? `${image(p.source)} has no ${p.wanted}. It has ${p.available.join(', ')}.`
        : `${image(p.source)} does not say which platform it is for, so ${p.wanted} cannot be chosen.`,
      hint: 'Ask for all of it:',
      command: mirrorCommand(p.source, p.target),
      retry: false,
    }),
  ),
  referrersRefused: entry(
    'referrersRefused',
    (p: OfTarget & { refused: number; of: number; why: string }): FailureText => ({
      summary: `${p.refused} of ${p.of} signatures and SBOMs of ${image(p.source)} could not be copied to ${p.target.repository}: ${open(p.why)}.`,
      hint: 'Nothing was tagged, because "referrers" is "required" here. Whoever runs the mirror looks into it. Then try again.',
      retry: true,
    }),
  ),
  referrersUnknown: entry(
    'referrersUnknown',
    (p: OfSource & { why: string }): FailureText => ({
      summary: `It cannot be told which signatures and SBOMs ${image(p.source)} has: ${open(p.why)}.`,
      hint: 'They are required here ("referrers" in mirror.config.json). Ask again later.',
      retry: true,
    }),
  ),
  sourceUnsupported: entry(
    'sourceUnsupported',
    (p: OfSource & { detail: string; wayOut?: string }): FailureText => ({
      summary: `${image(p.source)} cannot be stored in ECR: ${p.detail}.`,
      hint: p.wayOut ?? 'Ask the people who publish the image for a current OCI or Docker schema 2 build.',
      retry: false,
    }),
  ),

  // ---- the target
  tagHoldsOther: entry(
    'tagHoldsOther',
    (p: OfTarget & { holds: Digest; wanted: Digest; suffixTag: string }): FailureText => ({
      summary: `${p.target.tag} already stands in ${p.target.repository} with another image (${shortDigest(p.holds)}, ${image(p.source)} is ${shortDigest(p.wanted)} now), and approved tags do not move.`,
      hint: 'To keep both:',
      command: mirrorCommand(p.source, { ...p.target, tag: p.suffixTag }, p.platforms),
      retry: false,
    }),
  ),
  targetBusy: entry(
    'targetBusy',
    (p: OfTarget & { request: string }): FailureText => ({
      summary: `${place(p.target)} is already being asked for with another digest in ${p.request}.`,
      hint: `Wait until ${p.request} is decided, then ask again.`,
      retry: false,
    }),
  ),
  alreadyAsked: entry(
    'alreadyAsked',
    (p: OfTarget & { request: string }): FailureText => ({
      summary: `${image(p.source)} is already asked for in ${p.request}, with the same digest and target.`,
      hint: `Nothing to do: ${p.request} tells how it goes.`,
      retry: false,
    }),
  ),
  joined: entry(
    'joined',
    (p: OfTarget & { request: string }): FailureText => ({
      summary: `${image(p.source)} is already asked for in ${p.request}, with the same digest and target: you have joined it.`,
      hint: 'Nothing to do: you get a message when it is in ECR, or when it is clear that it will not be.',
      retry: false,
    }),
  ),
  approvalsUnfit: entry(
    'approvalsUnfit',
    (p: OfSource & { rule: string }): FailureText => ({
      summary: `${image(p.source)} was not copied: the approvals on record are not those that rule ${p.rule} asks for.`,
      hint: 'Whoever runs the mirror looks into it: the record was changed by hand, or by somebody who may not. Then ask for the image again.',
      retry: false,
    }),
  ),
  requestTooLarge: entry(
    'requestTooLarge',
    (p: OfSource & { images: number }): FailureText => ({
      summary:
        p.images === 1
          ? `${image(p.source)} has more platforms and signatures than one request can hold.`
          : `${p.images} images with all their platforms and signatures are more than one request can hold, ${image(p.source)} among them.`,
      hint:
        p.images === 1
          ? 'Ask for the platforms you need, with --platform.'
          : 'Ask for them in smaller requests, or for the platforms you need with --platform.',
      retry: false,
    }),
  ),
  repositoryMissing: entry(
    'repositoryMissing',
    (p: OfTarget & { role?: string }): FailureText => ({
      summary: `Repository ${p.target.repository} does not exist in account ${p.target.account}, Region ${p.target.region}, and ${inside(p.role ?? "the worker's role")} may not ecr:CreateRepository there.`,
      hint: 'Whoever runs the AWS account creates it (immutable tags, scan on push) or adds the permission. Then try again.',
      retry: true,
    }),
  ),
  permissionMissing: entry(
    'permissionMissing',
    (p: OfTarget & { action: string; role: string; resource?: string; reason: string }): FailureText => ({
      summary: `${image(p.source)} was not copied. ${p.role} may not ${p.action} on ${p.resource ?? p.target.repository} (${p.reason}).`,
      hint: 'Nothing was tagged, and what is in ECR already is kept. Whoever runs the AWS account adds the permission. Then try again.',
      retry: true,
    }),
  ),
  wrongRegion: entry(
    'wrongRegion',
    (p: OfTarget & { detail: string }): FailureText => ({
      summary: `ECR does not take ${p.target.account} in the configured Region ${p.target.region}: ${open(p.detail)}.`,
      hint: `Whoever keeps mirror.config.json checks account, region and endpoint of the destination. Then try again.`,
      retry: true,
    }),
  ),
  ecrCredentials: entry(
    'ecrCredentials',
    (p: OfTarget & { detail: string }): FailureText => ({
      summary: `AWS does not accept the worker's credentials for account ${p.target.account}, Region ${p.target.region}: ${open(p.detail)}.`,
      hint: "Whoever runs the mirror renews the worker's AWS credentials. Then try again.",
      retry: true,
    }),
  ),
  ecrUnreachable: entry(
    'ecrUnreachable',
    (p: OfTarget & { detail: string }): FailureText => ({
      summary: `ECR in ${p.target.region} did not answer for ${place(p.target)}: ${open(p.detail)}.`,
      hint: 'Nothing was tagged. It is tried again; if it stays so, whoever runs the mirror checks the way to ECR.',
      retry: true,
    }),
  ),
  ecrRefused: entry(
    'ecrRefused',
    (p: OfTarget & { detail: string }): FailureText => ({
      summary: `ECR refused ${image(p.source)} for ${place(p.target)}: ${open(p.detail)}.`,
      hint: 'Nothing was tagged. Whoever runs the AWS account reads the sentence above. Then try again.',
      retry: true,
    }),
  ),

  // ---- ourselves
  lookupsUsedUp: entry(
    'lookupsUsedUp',
    (p: OfTarget & { max: number; since: string; again: string }): FailureText => ({
      summary: `${image(p.source)} was not looked up: you have asked for enough since ${p.since}. One person can have ${p.max} images looked up in an hour.`,
      hint: `Ask again after ${p.again}; whoever keeps mirror.config.json can raise limits.resolvesPerHour:`,
      command: mirrorCommand(p.source, p.target, p.platforms),
      retry: false,
    }),
  ),
  openRequestsFull: entry(
    'openRequestsFull',
    (p: OfTarget & { who: 'person' | 'channel'; max: number; open: readonly string[] }): FailureText => {
      const [oldest] = p.open;
      const whose = p.who === 'person' ? 'you have' : 'this channel has';
      const shown = p.open.slice(0, 3).join(', ');
      const more = p.open.length > 3 ? `, ${p.open.length - 3} more` : '';
      const first =
        p.who === 'person' && oldest
          ? `Wait until one is decided, or cancel one that is not needed any more (/mirror cancel ${oldest}).`
          : 'Wait until one is decided, or ask in another channel.';
      return {
        summary: `${image(p.source)} was not looked up: ${whose} ${p.max} open requests, which is as many as may be open (${shown}${more}).`,
        hint: `${first} Then ask again:`,
        command: mirrorCommand(p.source, p.target, p.platforms),
        retry: false,
      };
    },
  ),
  resolveGaveUp: entry(
    'resolveGaveUp',
    (p: OfSource & { attempts: number }): FailureText => ({
      summary: `${image(p.source)} could not be looked up in ${p.attempts === 1 ? 'one try' : `${p.attempts} tries`}.`,
      hint: "Ask again; if it stays so, whoever runs the mirror looks into the worker's log.",
      retry: false,
    }),
  ),
  workerDied: entry(
    'workerDied',
    (p: OfSource & { times: number }): FailureText => ({
      summary: `${image(p.source)} was not copied: the worker stopped in the middle of it ${p.times === 1 ? 'once' : `${p.times} times`}, without a word why.`,
      hint: "Nothing was tagged, and what is in ECR already is kept. Whoever runs the mirror looks for restarts and memory in the worker's log. Then try again.",
      retry: true,
    }),
  ),
  internal: entry(
    'internal',
    (p: OfSource & { detail: string }): FailureText => ({
      summary: `${image(p.source)} was not copied: the mirror itself failed (${p.detail}).`,
      hint: "Retry once; if it stays so, whoever runs the mirror looks into the worker's log.",
      retry: true,
    }),
  ),
};

export type FailureCode = keyof typeof failures;
