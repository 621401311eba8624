import { targetOf } from '../../core/config/naming.ts';
import { isSourceAllowed } from '../../core/config/rules.ts';
import type { Config, Team } from '../../core/config/schema.ts';
import { parseReference } from '../../core/oci/reference.ts';
import { type Failure, failures } from '../../core/request/failure.ts';
import type { Entry } from '../../core/request/request.ts';

/** One image as somebody wrote it. */
export interface Typed {
  readonly source: string;
  readonly target?: string;
  /** `linux/amd64`, …: absent is the whole image. */
  readonly platforms?: readonly string[];
}

export type EntryResult =
  | { readonly ok: true; readonly entry: Entry }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** Which part of what was written is wrong. */
      readonly at: 'source' | 'target';
    };

/** What can be judged of an image from its text alone: reference, allowed host, naming. */
export function readEntry(config: Config, team: Team, typed: Typed): EntryResult {
  const parsed = parseReference(typed.source);
  if (!parsed.ok) {
    const { message: text, at, suggestion } = parsed.problem;
    const { platforms = [] } = typed;
    const option = platforms.length > 0 ? `--platform ${platforms.join(',')}` : undefined;
    const command = suggestion && ['/mirror', suggestion, typed.target, option].filter(Boolean).join(' ');
    const failure = failures.badReference({
      text: typed.source,
      message: text,
      at,
      ...(command && { command }),
    });
    return { ok: false, failure, at: 'source' };
  }
  const source = parsed.reference;
  if (!isSourceAllowed(config, source)) {
    const failure = failures.hostNotAllowed({ source, allowed: config.sources });
    return { ok: false, failure, at: 'source' };
  }
  const target = targetOf(config, { team, source, text: typed.target });
  if (!target.ok) return { ...target, at: 'target' };
  const { platforms } = typed;
  return { ok: true, entry: { source, target: target.target, ...(platforms && { platforms }) } };
}
