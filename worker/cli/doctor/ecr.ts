import { randomUUID } from 'node:crypto';
import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  InitiateLayerUploadCommand,
  type Repository,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import type { Config, Destination } from '../../../core/config/schema.ts';
import { digestOf } from '../../../core/oci/digest.ts';
import { parseManifest } from '../../../core/oci/manifest.ts';
import { createAuthorizations } from '../../ecr/authorization.ts';
import { destinationEcr } from '../../ecr/assumed-role.ts';
import type { Ecr } from '../../ecr/client.ts';
import { openDataPlanes } from '../../ecr/data-plane.ts';
import { parseDenied } from '../../ecr/denied.ts';
import { describeEcrError } from '../../ecr/errors.ts';
import { isRegistryError } from '../../registry/errors.ts';
import { systemClock } from '../../registry/clock.ts';
import { awsProblem } from './aws-problem.ts';
import { bad, type Check, good, look, skipped } from './check.ts';
import { clockCheck, type WatchedClock, watchClock } from './clock.ts';

export interface EcrLook {
  readonly config: Config;
  readonly destination: Destination;
  readonly now: () => number;
}

/** Nothing stands there, and no repository is called so: IAM is asked before anybody looks. */
const NOTHING = 'mirror-doctor-probe';
const NO_DIGEST = digestOf(Buffer.from('mirror doctor: nothing has this digest'));

/**
 * Credentials, clock and each right that the worker needs at one destination. Every right is tried by a call that IAM
 * judges and that changes nothing: it names an upload, an image or a layer that does not exist, or a repository that does
 * (creating it anew is refused). An upload that is begun is never filled, and ECR drops it.
 */
export async function lookAtEcr({ config, destination, now }: EcrLook): Promise<readonly Check[]> {
  const { account, region, name } = destination;
  const about = `ECR ${name}`;
  const ecr = destinationEcr(destination, { maxAttempts: 2 });
  const clock = watchClock(ecr.client, now);
  try {
    await ecr.client.send(new GetAuthorizationTokenCommand({}));
  } catch (error) {
    ecr.client.destroy();
    const asked = { about, action: 'ecr:GetAuthorizationToken', account, region };
    return [awsProblem(error, asked), ...clocks(clock)];
  }
  try {
    const seen = await firstRepository(ecr, config);
    return [
      good(about, `The credentials are accepted for account ${account}, Region ${region}.`),
      ...clocks(clock),
      ...(await rights(ecr, { about, seen })),
      ...(await putRight(ecr, { about, config, seen })),
    ];
  } finally {
    ecr.client.destroy();
  }
}

const clocks = (clock: WatchedClock): readonly Check[] => {
  const check = clockCheck(clock.skewMs());
  return check ? [check] : [];
};

/** One below a prefix of a team: what may be tried only where something exists is tried there. */
async function firstRepository(ecr: Ecr, { teams }: Config): Promise<Repository | undefined> {
  const prefixes = teams.flatMap(({ prefixes: all }) => all.map((each) => each.replace(/\/$/, '')));
  const list = new DescribeRepositoriesCommand({ registryId: ecr.account, maxResults: 1_000 });
  const { repositories = [] } = await ecr.client.send(list).catch(() => ({ repositories: [] }));
  return repositories.find(({ repositoryName = '' }) =>
    prefixes.some((prefix) => repositoryName === prefix || repositoryName.startsWith(`${prefix}/`)),
  );
}

interface Right {
  readonly action: string;
  readonly send: () => Promise<unknown>;
  /** Without it the main job goes on, with less. */
  readonly without?: string;
}
interface Seen {
  readonly about: string;
  readonly seen: Repository | undefined;
}

async function rights(ecr: Ecr, { about, seen }: Seen): Promise<readonly Check[]> {
  const { account: registryId, client } = ecr;
  const repositoryName = seen?.repositoryName ?? NOTHING;
  const at = { registryId, repositoryName };
  const imageIds = [{ imageDigest: NO_DIGEST }];
  const uploadId = randomUUID();
  const tried: Right[] = [
    {
      action: 'ecr:DescribeRepositories',
      send: () =>
        client.send(new DescribeRepositoriesCommand({ registryId, repositoryNames: [repositoryName] })),
    },
    { action: 'ecr:DescribeImages', send: () => client.send(new DescribeImagesCommand({ ...at, imageIds })) },
    { action: 'ecr:BatchGetImage', send: () => client.send(new BatchGetImageCommand({ ...at, imageIds })) },
    {
      action: 'ecr:BatchCheckLayerAvailability',
      send: () => client.send(new BatchCheckLayerAvailabilityCommand({ ...at, layerDigests: [NO_DIGEST] })),
    },
    {
      action: 'ecr:UploadLayerPart',
      send: () =>
        client.send(
          new UploadLayerPartCommand({
            ...at,
            uploadId,
            partFirstByte: 0,
            partLastByte: 0,
            layerPartBlob: new Uint8Array(1),
          }),
        ),
    },
    {
      action: 'ecr:CompleteLayerUpload',
      send: () => client.send(new CompleteLayerUploadCommand({ ...at, uploadId, layerDigests: [NO_DIGEST] })),
    },
    {
      action: 'ecr:DescribeImageScanFindings',
      send: () =>
        client.send(new DescribeImageScanFindingsCommand({ ...at, imageId: { imageDigest: NO_DIGEST } })),
      without: 'threads tell no findings',
    },
    {
      action: 'ecr:DescribePullThroughCacheRules',
      send: () => client.send(new DescribePullThroughCacheRulesCommand({ registryId })),
      without: 'a repository that ECR fills itself is not refused beforehand',
    },
    ...(seen
      ? [
          {
            action: 'ecr:InitiateLayerUpload',
            send: () => client.send(new InitiateLayerUploadCommand(at)),
          },
          {
            action: 'ecr:CreateRepository',
            // It exists, so this is refused in any case.
            send: () => client.send(new CreateRepositoryCommand(at)),
            without: 'a repository that is missing has to be created by somebody else',
          },
        ]
      : []),
  ];
  const checks: Check[] = [];
  for (const right of tried) checks.push(...(await judge(ecr, about, right)));
  if (!seen) checks.push(skipped(about, NOT_TRIED, 'Run it again when the first image was copied.'));
  const missing = checks.filter(({ result }) => result === 'fail' || result === 'warn').length;
  if (missing === 0)
    checks.push(good(about, `Each of ${tried.length} rights was tried on ${repositoryName}, and is there.`));
  return checks;
}

const NOT_TRIED =
  'ecr:InitiateLayerUpload, ecr:PutImage and ecr:CreateRepository were not tried: there is no repository of a team yet, and a try could make one.';

async function judge({ account, region }: Ecr, about: string, right: Right): Promise<readonly Check[]> {
  const { action, send, without } = right;
  try {
    await send();
  } catch (error) {
    const { kind } = describeEcrError(error, { account, region, action });
    // Every other refusal comes after IAM's yes.
    if (kind !== 'permission' && kind !== 'credentials' && kind !== 'unreachable' && kind !== 'throttled')
      return [];
    const check = awsProblem(error, { about, action, account, region });
    if (without === undefined || kind !== 'permission') return [check];
    return [look(about, `${check.what} Without it ${without}.`, check.fix ?? '')];
  }
  return [];
}

/** PutImage goes through the registry's own address: a manifest whose blobs nobody has, by digest, can leave no tag. */
async function putRight(
  ecr: Ecr,
  { about, config, seen }: Seen & { readonly config: Config },
): Promise<readonly Check[]> {
  const host = seen?.repositoryUri?.split('/')[0];
  if (seen?.repositoryName === undefined || host === undefined) return [];
  const blob = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: NO_DIGEST, size: 38 };
  const layer = { ...blob, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = parseManifest(
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config: blob, layers: [layer] })),
    mediaType,
  );
  const authorizations = createAuthorizations(systemClock.now);
  const planes = openDataPlanes({ ecr, authorizations, settings: config.registries, clock: systemClock });
  try {
    await planes.at(host).repository(seen.repositoryName).putManifest(manifest.digest, manifest);
  } catch (error) {
    if (!isRegistryError(error)) throw error;
    if (parseDenied(error.detail)) {
      const fix = 'Whoever runs the AWS account adds ecr:PutImage to its policy.';
      return [bad(about, `The role may not ecr:PutImage on ${seen.repositoryName}.`, fix)];
    }
    if (error.status === undefined) {
      const fix =
        'Check the way to the registry (DNS, firewall, VPC endpoint), which is not the way to ECR’s API.';
      return [bad(about, `${host} does not answer: ${error.detail}.`, fix)];
    }
  } finally {
    await planes.close();
  }
  return [];
}
