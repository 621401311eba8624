import { parseArgs } from 'node:util';
import type { AdoptLine } from './adopt/line.ts';
import type { DecideLine } from './decide.ts';

/** Where the running service keeps what these verbs look at. */
export interface ServiceOptions {
  /** Of the file mirror.config.json. */
  readonly config: string | undefined;
  readonly table: string | undefined;
  readonly workQueue: string | undefined;
  readonly notifyQueue: string | undefined;
  readonly region: string | undefined;
  readonly json: boolean;
}

/** The verbs about the service itself, beside those that copy. */
export type ServiceCommand =
  | { readonly kind: 'doctor' | 'requests'; readonly options: ServiceOptions }
  | { readonly kind: 'config check'; readonly file: string | undefined; readonly options: ServiceOptions }
  | ({ readonly kind: 'decide' } & DecideLine)
  | ({ readonly kind: 'adopt' } & AdoptLine)
  | {
      readonly kind: 'explain';
      readonly source: string;
      readonly target: string | undefined;
      /** A team's id, or a Slack channel's; undefined = the team of any other channel. */
      readonly team: string | undefined;
      readonly channel: string | undefined;
      readonly options: ServiceOptions;
    };

export type ServiceLine =
  | { readonly ok: true; readonly command: ServiceCommand }
  | { readonly ok: false; readonly problem: string };

export const SERVICE_VERBS = ['doctor', 'config', 'explain', 'requests', 'decide', 'adopt'] as const;

/** Undefined: it is another verb. Throws what parseArgs throws. */
export function parseServiceLine(args: readonly string[]): ServiceLine | undefined {
  if (!SERVICE_VERBS.some((verb) => verb === args[0]) || args.includes('--help') || args.includes('-h')) {
    return undefined;
  }
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      table: { type: 'string' },
      'work-queue': { type: 'string' },
      'notify-queue': { type: 'string' },
      region: { type: 'string' },
      team: { type: 'string' },
      channel: { type: 'string' },
      reason: { type: 'string' },
      prefix: { type: 'string' },
      name: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { config, table, region, json } = values;
  const [verb, first, second, ...more] = positionals;
  const options = {
    config,
    table,
    workQueue: values['work-queue'],
    notifyQueue: values['notify-queue'],
    region,
    json,
  };
  if (verb === 'adopt') {
    const { name = 'weekly', prefix } = values;
    if (!prefix) return no('mirror adopt needs the prefix of its repositories: --prefix base-images');
    const dryRun = values['dry-run'];
    return yes({ kind: 'adopt', prefix, files: positionals.slice(1), name, dryRun, options });
  }
  if (more.length > 0) return no(`mirror ${verb} does not take "${more[0]}"`);
  switch (verb) {
    case 'config':
      if (first !== 'check') return no('mirror config has one verb of its own: mirror config check FILE');
      return yes({ kind: 'config check', file: second, options });
    case 'explain': {
      if (first === undefined) return no('mirror explain takes a source, and mostly a target: SOURCE TARGET');
      const { channel, team } = values;
      if (team !== undefined && channel !== undefined)
        return no('--team and --channel are two ways to say one thing');
      return yes({ kind: 'explain', source: first, target: second, team, channel, options });
    }
    case 'decide': {
      const id = first;
      const { reason } = values;
      if (id === undefined || (second !== 'approve' && second !== 'deny')) {
        return no(
          'mirror decide takes a request and what you decide: mirror decide M-7F3K approve|deny --reason TEXT',
        );
      }
      if (reason === undefined || reason.trim() === '') {
        return no('mirror decide needs a reason, which the thread shows: --reason TEXT');
      }
      return yes({ kind: 'decide', id, decision: second, reason: reason.trim().slice(0, 1000), options });
    }
    case 'doctor':
    case 'requests':
      if (first !== undefined) return no(`mirror ${verb} does not take "${first}"`);
      return yes({ kind: verb, options });
    default:
      return undefined;
  }
}

const yes = (command: ServiceCommand): ServiceLine => ({ ok: true, command });
const no = (problem: string): ServiceLine => ({ ok: false, problem });
