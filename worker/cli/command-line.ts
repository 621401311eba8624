import { parseArgs } from 'node:util';
import { formatPlatform, parsePlatform, type Platform } from '../../core/oci/platform.ts';
import { parseServiceLine, SERVICE_VERBS, type ServiceCommand } from './service-line.ts';

export interface Options {
  /** Empty = the whole image. */
  readonly platforms: readonly Platform[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly dryRun: boolean;
  /** Signatures, attestations and SBOMs beside the image come along. */
  readonly referrers: boolean;
  /** Blobs under way at once, over all images. */
  readonly concurrency: number;
  /** `host` or `host:port`, as in references. */
  readonly insecureHosts: readonly string[];
  /** Spelled like those: over TLS, at an address that is not public. */
  readonly privateHosts: readonly string[];
  /** Of ECR's control API. */
  readonly endpointUrl: string | undefined;
  /** A file of certificates to believe beside the system's. */
  readonly ca: string | undefined;
}

export type Command =
  | {
      readonly kind: 'copy' | 'plan';
      readonly source: string;
      readonly target: string;
      readonly options: Options;
    }
  | { readonly kind: 'list'; readonly file: string; readonly options: Options }
  | ServiceCommand
  | { readonly kind: 'help' };

export type CommandLine =
  | { readonly ok: true; readonly command: Command }
  /** One line about what was typed. */
  | { readonly ok: false; readonly problem: string };

export const DEFAULT_CONCURRENCY = 4;
const CONCURRENCY_MAX = 64;

/** What was typed after `mirror`. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  try {
    const service = parseServiceLine(args);
    if (service) return service;
    const { values, positionals } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      allowNegative: true,
      options: {
        platform: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        quiet: { type: 'boolean', short: 'q', default: false },
        'dry-run': { type: 'boolean', default: false },
        referrers: { type: 'boolean', default: true },
        concurrency: { type: 'string' },
        'insecure-host': { type: 'string', multiple: true, default: [] },
        'private-host': { type: 'string', multiple: true, default: [] },
        'endpoint-url': { type: 'string' },
        ca: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [verb, ...rest] = positionals;
    if (values.help || verb === 'help') return { ok: true, command: { kind: 'help' } };
    const options = readOptions({
      platforms: values.platform,
      json: values.json,
      quiet: values.quiet,
      dryRun: values['dry-run'],
      referrers: values.referrers,
      concurrency: values.concurrency,
      insecureHosts: values['insecure-host'],
      privateHosts: values['private-host'],
      endpointUrl: values['endpoint-url'],
      ca: values.ca,
    });
    return typeof options === 'string' ? no(options) : readVerb(verb, rest, options);
  } catch (error) {
    // parseArgs explains itself in its first sentence: "Unknown option '--plattform'".
    const text = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
    return no(text.split('\n')[0] ?? text);
  }
}

const no = (problem: string): CommandLine => ({ ok: false, problem });

interface Typed {
  readonly platforms: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly dryRun: boolean;
  readonly referrers: boolean;
  readonly concurrency: string | undefined;
  readonly insecureHosts: readonly string[];
  readonly privateHosts: readonly string[];
  readonly endpointUrl: string | undefined;
  readonly ca: string | undefined;
}

/** A text is what is wrong. */
function readOptions({ platforms, concurrency, ...typed }: Typed): Options | string {
  const wanted: Platform[] = [];
  for (const text of platforms) {
    const platform = parsePlatform(text);
    if (!platform) return `--platform takes os/arch or os/arch/variant, such as linux/arm64, not "${text}"`;
    if (!wanted.some((each) => formatPlatform(each) === formatPlatform(platform))) wanted.push(platform);
  }
  const atOnce = concurrency === undefined ? DEFAULT_CONCURRENCY : Number(concurrency);
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > CONCURRENCY_MAX) {
    return `--concurrency takes a number from 1 to ${CONCURRENCY_MAX}, not "${concurrency}"`;
  }
  for (const [flag, hosts] of [
    ['--insecure-host', typed.insecureHosts],
    ['--private-host', typed.privateHosts],
  ] as const) {
    const host = hosts.find((each) => !HOST.test(each));
    if (host !== undefined) return `${flag} takes a host or host:port, such as localhost:5000, not "${host}"`;
  }
  const { endpointUrl } = typed;
  if (endpointUrl !== undefined && !isOrigin(endpointUrl)) {
    return `--endpoint-url takes an address such as http://127.0.0.1:4566, not "${endpointUrl}"`;
  }
  if (typed.ca === '') return '--ca takes a file of certificates in PEM';
  return { ...typed, platforms: wanted, concurrency: atOnce };
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?$/;

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && search === '' && hash === '';
}

const VERBS = `copy, plan, list, ${SERVICE_VERBS.join(', ')}, help`;

function readVerb(verb: string | undefined, rest: readonly string[], options: Options): CommandLine {
  const [first, second, ...more] = rest;
  switch (verb) {
    case 'copy':
    case 'plan':
      if (first === undefined || second === undefined) {
        return no(`mirror ${verb} takes a source and a target: mirror ${verb} SRC DST`);
      }
      if (more.length > 0) return no(`mirror ${verb} takes one source and one target, not also "${more[0]}"`);
      return { ok: true, command: { kind: verb, source: first, target: second, options } };
    case 'list':
      if (first === undefined) return no('mirror list takes a file of lines "source target", or - for stdin');
      if (second !== undefined) return no(`mirror list takes one file, not also "${second}"`);
      return { ok: true, command: { kind: 'list', file: first, options } };
    case undefined:
      return no(`a verb is missing: ${VERBS}`);
    default:
      return no(`there is no "mirror ${verb}": the verbs are ${VERBS}`);
  }
}
