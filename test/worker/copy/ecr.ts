import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { type EcrOptions, type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { headerAuthorization } from '../../../worker/registry/authorization.ts';
import { registryEndpoint } from '../../../worker/registry/endpoint.ts';
import { openRegistry, type Registry } from '../../../worker/registry/registry.ts';
import { handClock } from '../registry/test-registry.ts';

export interface EcrTarget {
  readonly ecr: EcrStandIn;
  readonly registry: Registry;
  /** How often a token was asked for. */
  readonly logins: readonly string[];
  close(): Promise<void>;
}

const REGISTRY = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';

/** The ECR stand-in with immutable repositories, reached the way the SDK says. */
export async function startEcrTarget(
  repositories: readonly string[],
  options: Partial<EcrOptions> = {},
): Promise<EcrTarget> {
  const ecr = await startEcr({ accountId: '123456789012', region: 'eu-central-1', ...options });
  const sdk = new ECRClient({
    endpoint: ecr.apiUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'any' },
  });
  for (const repositoryName of repositories) {
    await sdk.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }));
  }
  const logins: string[] = [];
  let header: Promise<string> | undefined;
  const login = async (): Promise<string> => {
    const { authorizationData } = await sdk.send(new GetAuthorizationTokenCommand({}));
    return `Basic ${authorizationData?.[0]?.authorizationToken ?? ''}`;
  };
  const endpoint = registryEndpoint(REGISTRY, {
    [REGISTRY]: { endpoint: `http://${ecr.registryHost}`, blobHosts: [new URL(ecr.blobOrigin).host] },
  });
  const registry = openRegistry({
    endpoint,
    clock: handClock(),
    authorization: headerAuthorization((refused) => {
      if (refused !== undefined || !header) {
        logins.push(refused === undefined ? 'use' : 'renew');
        header = login();
      }
      return header;
    }),
  });
  return {
    ecr,
    registry,
    logins,
    close: async () => {
      sdk.destroy();
      await registry.close();
      await ecr.close();
    },
  };
}
