import { type EcrRepositoryName, parseEcrRepositoryName } from '../../core/oci/ecr-repository-name.ts';
import { parseReference, type Reference } from '../../core/oci/reference.ts';
import { type EcrHost, parseEcrHost } from '../ecr/host.ts';

/** Where an image goes. */
export type PairTarget =
  | {
      readonly kind: 'ecr';
      readonly ecr: EcrHost;
      readonly host: string;
      readonly repository: EcrRepositoryName;
      readonly tag: string;
    }
  | { readonly kind: 'registry'; readonly host: string; readonly repository: string; readonly tag: string };

export interface Pair {
  readonly source: Reference;
  readonly target: PairTarget;
}

export type PairResult = { readonly ok: true; readonly pair: Pair } | ({ readonly ok: false } & PairProblem);

/** What is wrong with which half, and how that half was probably meant. */
export interface PairProblem {
  readonly side: 'source' | 'target';
  readonly problem: string;
  readonly suggestion?: string;
}

/** Two references, as typed. A target without a tag gets the source's. Nothing is asked of any registry. */
export function parsePair(sourceText: string, targetText: string): PairResult {
  const source = parseReference(sourceText);
  if (!source.ok) return refused('source', sourceText, source.problem);
  const target = parseReference(targetText);
  if (!target.ok) return refused('target', targetText, target.problem);
  const { registry: host, repository, digest } = target.reference;
  if (digest !== undefined) {
    const problem = `the target ${targetText} is a digest: a target is a repository and a tag`;
    return { ok: false, side: 'target', problem };
  }
  const tag = hasTag(targetText) ? target.reference.tag : source.reference.tag;
  if (tag === undefined) {
    const suggestion = `${targetText}:1.0`;
    const problem = 'the target needs a tag, because the source has only a digest';
    return { ok: false, side: 'target', problem, suggestion };
  }
  const ecr = parseEcrHost(host);
  if (!ecr)
    return {
      ok: true,
      pair: { source: source.reference, target: { kind: 'registry', host, repository, tag } },
    };
  const name = parseEcrRepositoryName(repository);
  if (!name.ok) {
    const { message, at, suggestion } = name.problem;
    return {
      ok: false,
      side: 'target',
      problem: `${repository} is not a repository name that ECR takes: ${message} (at position ${at + 1})`,
      ...(suggestion !== undefined && { suggestion: `${host}/${suggestion}:${tag}` }),
    };
  }
  return {
    ok: true,
    pair: { source: source.reference, target: { kind: 'ecr', ecr, host, repository: name.name, tag } },
  };
}

/** `host/repository:tag`, in full. */
export const formatTarget = ({ host, repository, tag }: PairTarget): string => `${host}/${repository}:${tag}`;

/** Whether the AWS SDK has a part in it. */
export const usesEcr = ({ source, target }: Pair): boolean =>
  target.kind === 'ecr' || parseEcrHost(source.registry) !== undefined;

/** Written, and not the `latest` that a reference without a tag means. */
const hasTag = (text: string): boolean => /:[^/:@]*(?:@|$)/.test(text);

function refused(
  side: PairProblem['side'],
  text: string,
  {
    message,
    at,
    suggestion,
  }: { readonly message: string; readonly at: number; readonly suggestion?: string },
): PairResult {
  const problem = `the ${side} ${JSON.stringify(text.slice(0, 200))} is not an image: ${message} (at position ${at + 1})`;
  return { ok: false, side, problem, ...(suggestion !== undefined && { suggestion }) };
}
