/** What the configuration may say of one registry (`registries.<host>`, or a destination). */
export interface RegistrySettings {
  /** Where it is really reached, as an origin: `http://127.0.0.1:5000`. */
  readonly endpoint?: string | undefined;
  /** Plain HTTP is allowed, for exactly the hosts listed here. */
  readonly insecure?: boolean | undefined;
  /** Token services it may send us to, each `host`, `host:port` or an origin. */
  readonly authHosts?: readonly string[] | undefined;
  /** Where its blobs may be redirected to although the address is private, or its port is not 443. */
  readonly blobHosts?: readonly string[] | undefined;
  /** A file of certificates (PEM) to believe beside the system's. */
  readonly ca?: string | undefined;
}

/** A registry: the name people use for it, and which addresses its requests may reach. */
export interface RegistryEndpoint {
  /** As in references and errors, and the key of its credentials: `docker.io`. */
  readonly host: string;
  /** `https://registry-1.docker.io` */
  readonly origin: string;
  /** `host:port` that the configuration names: may be private, and may have any port. */
  readonly listed: ReadonlySet<string>;
  /** `http:` is accepted for `listed` (and nothing else). */
  readonly plainHttp: boolean;
  /** `host:port` of the token services it may name beside itself. */
  readonly authHosts: ReadonlySet<string>;
}

/** Docker Hub's API is not at the host its images are named after (docs.docker.com/reference/api/registry). */
const WELL_KNOWN_ORIGIN = new Map([['docker.io', 'https://registry-1.docker.io']]);

/** Public registries whose token service has another host name, each vendor's own answer to `GET /v2/`. */
const WELL_KNOWN_AUTH = new Map([
  ['docker.io', ['auth.docker.io']],
  ['registry.gitlab.com', ['gitlab.com']],
  ['nvcr.io', ['authn.nvidia.com']],
]);

/**
 * Joins what is known of a host with what the configuration says about exactly that `host[:port]`.
 * Throws a TypeError on an endpoint that is no origin.
 */
export function registryEndpoint(
  host: string,
  registries: Readonly<Record<string, RegistrySettings>> = {},
): RegistryEndpoint {
  const settings = Object.hasOwn(registries, host) ? registries[host] : undefined;
  const insecure = settings?.insecure ?? false;
  const origin = settings?.endpoint
    ? new URL(settings.endpoint).origin
    : (WELL_KNOWN_ORIGIN.get(host) ?? new URL(`${insecure ? 'http' : 'https'}://${host}`).origin);
  const plainHttp = insecure || origin.startsWith('http:');
  const spell = (name: string): readonly string[] => hostPorts(name, plainHttp);
  const authHosts = [...(WELL_KNOWN_AUTH.get(host) ?? []), ...(settings?.authHosts ?? [])].flatMap(spell);
  const listed = settings
    ? [origin, ...(settings.authHosts ?? []), ...(settings.blobHosts ?? [])].flatMap(spell)
    : [];
  return { host, origin, listed: new Set(listed), plainHttp, authHosts: new Set(authHosts) };
}

/** `host:port` with the scheme's default port written out: what addresses are compared by. */
export const hostPort = (url: URL): string => `${url.hostname}:${portOf(url)}`;

/** The port, also where it is the scheme's own and not written. */
export const portOf = ({ protocol, port }: { readonly protocol: string; readonly port: string }): string =>
  port || (protocol === 'http:' ? '80' : '443');

function hostPorts(name: string, plainHttp: boolean): readonly string[] {
  if (name.includes('://')) return [hostPort(new URL(name))];
  const secure = hostPort(new URL(`https://${name}`));
  return plainHttp ? [secure, hostPort(new URL(`http://${name}`))] : [secure];
}
