import type { Failure } from '../../core/request/failure.ts';
import type { RegistryError } from '../registry/errors.ts';
import type { Options } from './command-line.ts';
import type { Asked } from './copy-command.ts';
import { dockerLogin } from './docker-login.ts';

/** The next step for somebody at a terminal, where the catalogue's speaks to a channel. */
export function hintFor(
  failure: Failure,
  { pair: { source, target } }: Asked,
  error?: RegistryError,
): string {
  const host = source.registry;
  switch (failure.code) {
    case 'sourcePrivate':
      return `Check the spelling. If it is private, sign in with ${dockerLogin(host)}, then run the command again.`;
    case 'sourceDenied':
      return error?.code === 'refused address'
        ? ADDRESS_HINT
        : `Check the account that is used for ${host} (${dockerLogin(host)}), then:`;
    case 'sourceRateLimited':
      return `${whenOpen(error)}${host === 'docker.io' ? ` An account has a higher limit: ${dockerLogin(host)}.` : ''} Then:`;
    case 'sourceRefused':
      return 'Check the spelling. If it is right, look the sentence up in the documentation of the registry. Once more:';
    case 'sourceUnreachable':
      return `${reachHint(host, error)}, then:`;
    case 'sourceCorrupt':
      return 'Nothing was tagged. If it stays so, tell the people who publish the image. Once more:';
    case 'ecrCredentials':
      return 'Sign in to AWS again (aws sso login, AWS_PROFILE, or new keys in the environment), then:';
    case 'wrongRegion':
      return `Check the account and the Region in ${target.host}, then:`;
    case 'ecrUnreachable':
      return `Nothing was tagged. Check the way to ${target.host} and to ECR's API, then:`;
    case 'internal':
      return 'Nothing was tagged. Run it again; if it stays so, it is a bug: report it with the line above.';
    default:
      return failure.hint;
  }
}

export const ADDRESS_HINT = 'Only public addresses over HTTPS are reached. If you trust this one:';

/** The same with the hosts allowed that were refused: the one that was named, and where it sent us. */
export function allowing(options: Options, host: string, { detail }: RegistryError): Options {
  const sentTo = /^(?:https?:\/\/)?([a-z0-9.:[\]-]+:\d+)(?=[: ])/.exec(detail)?.[1];
  const hosts = [...options.insecureHosts, host, ...(sentTo === undefined ? [] : [sentTo])];
  return { ...options, insecureHosts: [...new Set(hosts)] };
}

/** What to look at when there is no answer. */
export function reachHint(host: string, error: RegistryError | undefined): string {
  const detail = error?.detail ?? '';
  if (/EPROTO|ERR_SSL|wrong version number/i.test(detail)) {
    return `If ${host} speaks plain HTTP, add --insecure-host ${host}. Otherwise check the way to it`;
  }
  if (/^TLS with /.test(detail)) {
    return 'If its certificate is of an authority of your own, name it with --ca FILE. Otherwise tell the people who run it';
  }
  if (/^the proxy /.test(detail)) return 'Check HTTPS_PROXY and NO_PROXY, and what the proxy lets through';
  if (/^the name /.test(detail)) return 'Check the spelling of the name, and DNS';
  return `Check the way to ${host} (firewall, proxy, whether it runs)`;
}

/** By the registry's own word. */
export function whenOpen(error: RegistryError | undefined): string {
  const at = error?.retryAt;
  return at === undefined
    ? 'The limit opens again by itself.'
    : `The limit opens again at ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC.`;
}
