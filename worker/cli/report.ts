import { shortDigest } from '../../core/oci/digest.ts';
import { describePlatform, formatPlatform } from '../../core/oci/platform.ts';
import { familiarReference, formatReference } from '../../core/oci/reference.ts';
import { referrerWords } from '../../core/oci/referrer.ts';
import type { CliFailure } from './failed.ts';
import type { Copied, Outcome, Planned } from './outcome.ts';
import { formatTarget, type Pair } from './pair.ts';
import { bytes, seconds } from './units.ts';

/** One image and how it ended. */
export interface Report {
  /** As typed where a pair could not be read. */
  readonly asked: { readonly pair: Pair } | { readonly text: string };
  /** Of the list. */
  readonly line?: number;
  readonly outcome: Outcome;
}

/** For people: one line an image that ended well, on stdout; a failure is for stderr. `detailed` shows each blob of a plan. */
export function plainReport(
  { asked, line, outcome }: Report,
  detailed: boolean,
): { out?: string; err?: string } {
  if (outcome.kind === 'failed') return { err: plainFailure(outcome.failure, line) };
  const from =
    'pair' in asked
      ? `${familiarReference(asked.pair.source)} -> ${formatTarget(asked.pair.target)}`
      : asked.text;
  const facts = plainFacts(outcome);
  const text = [outcome.kind === 'planned' ? 'would copy' : outcome.kind, from, outcome.digest, facts].join(
    '  ',
  );
  return { out: `${text}\n${outcome.kind === 'planned' && detailed ? blobLines(outcome) : ''}` };
}

function plainFacts(outcome: Exclude<Outcome, { kind: 'failed' }>): string {
  switch (outcome.kind) {
    case 'copied':
      return [
        `${bytes(outcome.copiedBytes)} copied`,
        `${bytes(outcome.presentBytes)} present`,
        seconds(outcome.tookMs),
        ...notes(outcome),
        ...besideNotes(outcome),
      ].join(', ');
    case 'already there':
      return `0 B copied, ${seconds(outcome.tookMs)}`;
    case 'planned':
      return [
        `${bytes(outcome.plan.missingBytes)} to copy`,
        `${bytes(outcome.plan.presentBytes)} present`,
        ...pullNotes(outcome),
        ...(outcome.createsRepository ? ['creates the repository'] : []),
        ...notes(outcome),
        ...wouldBringAlong(outcome),
      ].join(', ');
    default:
      return outcome satisfies never;
  }
}

function notes({ newIndex, replaces }: Pick<Planned, 'newIndex' | 'replaces'>): readonly string[] {
  return [
    ...(newIndex ? ['new index'] : []),
    ...(replaces === undefined ? [] : [`the tag was ${shortDigest(replaces)}`]),
  ];
}

function besideNotes({ beside }: Copied): readonly string[] {
  if (!beside) return [];
  const words = referrerWords(beside.copied);
  const [first, ...more] = beside.refused;
  return [
    ...(words ? [`+${words}`] : []),
    ...(first ? [`${more.length + 1} not copied beside it (${first.why})`] : []),
    ...unknownNote(beside),
  ];
}

function wouldBringAlong({ beside }: Planned): readonly string[] {
  const words = referrerWords(beside?.counts ?? {});
  const [first, ...more] = beside?.refused ?? [];
  return [
    ...(beside && words ? [`+${words} (${bytes(beside.sizeBytes)})`] : []),
    ...(first ? [`${more.length + 1} of them would be refused (${first.why})`] : []),
    ...(beside ? unknownNote(beside) : []),
  ];
}

const unknownNote = ({ unknown }: { readonly unknown?: string }): readonly string[] =>
  unknown === undefined ? [] : [`signatures are not all known (${unknown})`];

function pullNotes({ manifestGets, pulls }: Planned): readonly string[] {
  if (pulls?.limit === undefined) return [];
  const left = pulls.remaining === undefined ? '' : ` of ${pulls.remaining} left`;
  return [`${manifestGets} ${manifestGets === 1 ? 'pull' : 'pulls'}${left}`];
}

function blobLines({ plan, presentBlobs }: Planned): string {
  const rows = [
    ...plan.platforms.map(({ platform, digest, sizeBytes }) => [
      platform ? describePlatform(platform) : 'image',
      bytes(sizeBytes),
      digest,
    ]),
    ...plan.blobs.map(({ digest, sizeBytes }) => ['missing', bytes(sizeBytes), digest]),
    ...presentBlobs.map(({ digest, sizeBytes }) => ['present', bytes(sizeBytes), digest]),
  ];
  const width = Math.max(16, ...rows.map(([what = '']) => what.length + 1));
  return rows
    .map(([what = '', size = '', digest = '']) => `  ${what.padEnd(width)}${size.padStart(9)}  ${digest}\n`)
    .join('');
}

function plainFailure({ also = [], command, hint, summary }: CliFailure, line: number | undefined): string {
  const where = line === undefined ? '' : `line ${line}: `;
  const others = also.map((each) => `  also: ${each}\n`).join('');
  return `${where}${summary}\n${others}  ${hint}\n${command === undefined ? '' : `  ${command}\n`}`;
}

/** For machines: one object a line, whatever the end. Sizes in bytes. */
export function jsonReport({ asked, line, outcome }: Report): string {
  const names =
    'pair' in asked
      ? { source: formatReference(asked.pair.source), target: formatTarget(asked.pair.target) }
      : { text: asked.text };
  const at = line === undefined ? {} : { line };
  return `${JSON.stringify({ result: outcome.kind, ...at, ...names, ...jsonFacts(outcome) })}\n`;
}

function jsonFacts(outcome: Outcome): object {
  switch (outcome.kind) {
    case 'failed':
      return outcome.failure;
    case 'already there':
      return { digest: outcome.digest, copiedBytes: 0, seconds: outcome.tookMs / 1000 };
    case 'copied': {
      const { beside: referrers, copiedBytes, digest, newIndex, presentBytes, replaces, tookMs } = outcome;
      return { digest, newIndex, replaces, copiedBytes, presentBytes, referrers, seconds: tookMs / 1000 };
    }
    case 'planned': {
      const { createsRepository, digest, manifestGets, newIndex, plan, presentBlobs, pulls, replaces } =
        outcome;
      const blob = (present: boolean) => (each: { digest: string; sizeBytes: number }) => ({
        digest: each.digest,
        bytes: each.sizeBytes,
        present,
      });
      return {
        digest,
        newIndex,
        replaces,
        missingBytes: plan.missingBytes,
        presentBytes: plan.presentBytes,
        createsRepository,
        manifestGets,
        pulls: pulls && { limit: pulls.limit, remaining: pulls.remaining },
        referrers: outcome.beside,
        platforms: plan.platforms.map(({ platform, digest: of, sizeBytes }) => ({
          platform: platform && formatPlatform(platform),
          osVersion: platform?.osVersion,
          digest: of,
          bytes: sizeBytes,
        })),
        blobs: [...plan.blobs.map(blob(false)), ...presentBlobs.map(blob(true))],
      };
    }
    default:
      return outcome satisfies never;
  }
}
