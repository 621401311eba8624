import { formatPlatform } from '../../core/oci/platform.ts';
import { familiarReference } from '../../core/oci/reference.ts';
import type { Options } from './command-line.ts';
import { formatTarget, type Pair } from './pair.ts';

/** One image as it was asked for. */
export interface Asked {
  readonly pair: Pair;
  readonly options: Options;
}

/** The line that copies one image, ready to paste. */
export function copyCommand(options: Options, { source, target }: Pair): string {
  const { ca, endpointUrl, insecureHosts, platforms, privateHosts, referrers } = options;
  return [
    'npx mirror copy',
    ...platforms.map((platform) => `--platform ${formatPlatform(platform)}`),
    ...(referrers ? [] : ['--no-referrers']),
    ...insecureHosts.map((host) => `--insecure-host ${host}`),
    ...privateHosts.map((host) => `--private-host ${host}`),
    ...(ca === undefined ? [] : [`--ca ${/^[\w./~-]+$/.test(ca) ? ca : `'${ca.replaceAll("'", "'\\''")}'`}`]),
    ...(endpointUrl === undefined ? [] : [`--endpoint-url ${endpointUrl}`]),
    familiarReference(source),
    formatTarget(target),
  ].join(' ');
}
