import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { ECRClient, type ECRClientConfig } from '@aws-sdk/client-ecr';
import { destinationOf, type ProxyOf } from '../registry/proxy.ts';

/** One registry: an account's ECR in one Region. */
export interface EcrDestination {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** Of the control API, where it is not AWS's own. */
  readonly endpoint?: string | undefined;
}

/** A registry with a client that reaches it; what every function of this folder takes first. */
export interface Ecr {
  readonly client: ECRClient;
  readonly account: string;
  readonly region: string;
}

export interface EcrClientOptions {
  /** Default: the SDK's chain (environment, profile, container, instance). */
  readonly credentials?: ECRClientConfig['credentials'];
  /** Tries in all; default 8: the SDK's own three give up on throttling after about two seconds. */
  readonly maxAttempts?: number;
  /** Proxies to go through; none by default. The SDK's own calls for credentials do not. */
  readonly proxyOf?: ProxyOf;
}

export function createEcr(destination: EcrDestination, options: EcrClientOptions = {}): Ecr {
  const { account, region, endpoint } = destination;
  const { credentials, maxAttempts = 8, proxyOf } = options;
  // Where the control API is: what a proxy is chosen by.
  const api = new URL(endpoint ?? `https://api.ecr.${region}.amazonaws.com`);
  const proxy = proxyOf?.(destinationOf(api));
  const client = new ECRClient({
    region,
    maxAttempts,
    retryMode: 'adaptive',
    // The SDK's default waits for ever for an answer that does not come.
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
      ...(proxy && agentsThrough(proxy)),
    },
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
  });
  return { client, account, region };
}

/** Node's own agents speak CONNECT (nodejs.org/api/http.html, "Built-in Proxy Support"). */
function agentsThrough({ href }: URL): { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent } {
  const options = { keepAlive: true, proxyEnv: { HTTP_PROXY: href, HTTPS_PROXY: href } };
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
}
