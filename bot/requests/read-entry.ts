import { targetOf } from '../../core/config/naming.ts';
import { isSourceAllowed } from '../../core/config/rules.ts';
import type { Config, Team } from '../../core/config/schema.ts';
import { nearest } from '../../core/nearest.ts';
import { familiarReference, parseReference, type Reference } from '../../core/oci/reference.ts';
import { type Failure, failures } from '../../core/request/failure.ts';
import type { Entry } from '../../core/request/image.ts';
import { formatCommand } from '../commands/format-command.ts';
import { imageOfAddress } from '../pasted/web-address.ts';

/** One image as somebody wrote it. */
export interface Typed {
  /** As `docker pull` takes it, or the address of a page that shows it. */
  readonly source: string;
  readonly target?: string;
  /** `linux/amd64`, …: absent is the whole image. */
  readonly platforms?: readonly string[];
  /** Instead of the target's tag, or the source's. */
  readonly tag?: string;
  /** Name of a destination. */
  readonly to?: string;
}

export type EntryResult =
  | { readonly ok: true; readonly entry: Entry }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** Which part of what was written is wrong. */
      readonly at: 'source' | 'target' | 'to';
      /** The first wrong character in that part, from 0. */
      readonly from: number;
    };

/** What can be judged of an image from its text alone: reference, allowed host, naming. */
export function readEntry(config: Config, team: Team, typed: Typed): EntryResult {
  const text = imageOfAddress(typed.source) ?? typed.source;
  const parsed = parseReference(text);
  if (!parsed.ok) {
    const { message, at, suggestion } = parsed.problem;
    const command = suggestion === undefined ? undefined : again(typed, suggestion);
    const failure = failures.badReference({ text, message, at, ...(command && { command }) });
    return { ok: false, failure, at: 'source', from: at };
  }
  const source = parsed.reference;
  if (!isSourceAllowed(config, source))
    return { ...notAllowed(config, typed, source), at: 'source', from: 0 };
  const target = targetOf(config, { team, source, text: typed.target, tag: typed.tag, to: typed.to });
  if (!target.ok) {
    const at = target.failure.code === 'unknownDestination' ? 'to' : 'target';
    return { ...target, at, from: target.from ?? 0 };
  }
  const { platforms } = typed;
  return { ok: true, entry: { source, target: target.target, ...(platforms && { platforms }) } };
}

/** `gchr.io/acme/app`: the host that was most likely meant, if one is near. */
function notAllowed(config: Config, typed: Typed, source: Reference) {
  const allowed = config.sources;
  const host = nearest(
    source.registry,
    allowed.filter((each) => !each.includes('*')),
  );
  const command =
    host === undefined ? undefined : again(typed, familiarReference({ ...source, registry: host }));
  const failure = failures.hostNotAllowed({ source, allowed, ...(command && { command }) });
  return { ok: false, failure } as const;
}

/** The same command with another source, without what is not of the image (a reason). */
const again = ({ platforms, tag, target, to }: Typed, source: string): string =>
  formatCommand({
    source,
    ...(target !== undefined && { target }),
    ...(platforms && { platforms }),
    ...(tag !== undefined && { tag }),
    ...(to !== undefined && { to }),
  });
