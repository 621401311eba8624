import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { request } from 'undici';
import { ACCEPT_MANIFESTS } from '../../../core/oci/media-type.ts';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID } from '../../../local/ecr/start.ts';
import type { SampleBlob, SampleImage, SampleManifest } from './sample-image.ts';

export const REGION = 'eu-central-1';
export const ACCOUNT = '123456789012';

/** The real SDK; it tries once, so that a fault is seen where it happens. */
export function sdkFor(ecr: EcrStandIn, accessKeyId = LOCAL_ACCESS_KEY_ID, region = REGION): ECRClient {
  const credentials = { accessKeyId, secretAccessKey: 'any text' };
  return new ECRClient({ region, endpoint: ecr.apiUrl, credentials, maxAttempts: 1 });
}

/** `Basic …`, ready for the header. */
export async function authorizationFor(sdk: ECRClient): Promise<string> {
  const { authorizationData = [] } = await sdk.send(new GetAuthorizationTokenCommand({}));
  return `Basic ${authorizationData[0]?.authorizationToken}`;
}

export interface Pusher {
  readonly ecr: EcrStandIn;
  readonly sdk: ECRClient;
  readonly authorization: string;
  send(
    method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    options?: SendOptions,
  ): Promise<Sent>;
  createRepository(repository: string, settings?: Partial<CreateRepositoryCommandInput>): Promise<void>;
  /** Answers of POST and PUT; the PUT's is the last. */
  pushBlob(repository: string, blob: SampleBlob): Promise<Sent>;
  putManifest(repository: string, reference: string, manifest: SampleManifest): Promise<Sent>;
  /** Blobs first, then the manifest. */
  pushImage(repository: string, reference: string, image: SampleImage): Promise<Sent>;
}
export interface SendOptions {
  readonly headers?: Record<string, string>;
  readonly body?: Buffer;
}
export interface Sent {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  /** `code: message` of the first error in a JSON body. */
  readonly error: string;
}

/** Plain HTTP against the data plane, as the specification writes it. */
export async function createPusher(ecr: EcrStandIn, accessKeyId = LOCAL_ACCESS_KEY_ID): Promise<Pusher> {
  const sdk = sdkFor(ecr, accessKeyId);
  const authorization = await authorizationFor(sdk);
  const send: Pusher['send'] = async (method, path, { headers = {}, body } = {}) => {
    const url = path.startsWith('http') ? path : `http://${ecr.registryHost}${path}`;
    const answer = await request(url, {
      method,
      headers: { authorization, accept: ACCEPT_MANIFESTS, ...headers },
      body: body ?? null,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text, error: firstError(text) };
  };
  const pushBlob: Pusher['pushBlob'] = async (repository, { digest, bytes }) => {
    const started = await send('POST', `/v2/${repository}/blobs/uploads/`);
    if (started.status !== 202) return started;
    const location = new URL(String(started.headers['location']), `http://${ecr.registryHost}`);
    location.searchParams.set('digest', digest);
    return send('PUT', location.href, { body: bytes });
  };
  const putManifest: Pusher['putManifest'] = (repository, reference, { mediaType, bytes }) =>
    send('PUT', `/v2/${repository}/manifests/${reference}`, {
      headers: { 'content-type': mediaType },
      body: bytes,
    });
  return {
    ecr,
    sdk,
    authorization,
    send,
    createRepository: async (repositoryName, settings = {}) => {
      await sdk.send(new CreateRepositoryCommand({ repositoryName, ...settings }));
    },
    pushBlob,
    putManifest,
    pushImage: async (repository, reference, image) => {
      for (const blob of image.blobs) await pushBlob(repository, blob);
      return putManifest(repository, reference, image.manifest);
    },
  };
}

function firstError(text: string): string {
  if (!text.startsWith('{"errors"')) return '';
  const { code, message } = JSON.parse(text).errors[0];
  return `${code}: ${message}`;
}
