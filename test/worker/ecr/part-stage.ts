import {
  CreateRepositoryCommand,
  InitiateLayerUploadCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { digestOf } from '../../../core/oci/digest.ts';
import { type EcrStandIn, LOCAL_ACCESS_KEY_ID, startEcr } from '../../../local/ecr/start.ts';
import { createEcr, type Ecr } from '../../../worker/ecr/client.ts';
import { type PartProgress, type PartUpload, uploadByParts } from '../../../worker/ecr/part-upload.ts';
import { ACCOUNT, REGION } from '../../local/ecr/push.ts';
import { handClock } from '../registry/test-registry.ts';
import { testSource } from './part-source.ts';
import { repositoryName } from './with-ecr.ts';

const KIB = 1024;
/** What ECR asks for here: small, so that a test need not move 10 MiB a part. */
export const PART = 10 * KIB;

/** Four full parts and a small one. */
export const bytes = Buffer.from(Array.from({ length: 4 * PART + 777 }, (_, n) => (n * 7 + (n >> 8)) % 251));
export const blob = {
  mediaType: 'application/octet-stream',
  digest: digestOf(bytes),
  sizeBytes: bytes.length,
};
const repository = repositoryName('team/app');
const never = new AbortController().signal;

export const job = (more: Partial<PartUpload> & Pick<PartUpload, 'source'>): PartUpload => ({
  repository,
  blob,
  stop: never,
  signal: never,
  clock: handClock(),
  ...more,
});

/** A repository to upload into, and a client that tries once, so that a fault is seen where it happens. */
export interface PartStage {
  readonly ecr: EcrStandIn;
  readonly client: Ecr;
  /** Another client: another process, as far as ECR can tell. */
  connect(maxAttempts: number): Ecr;
  stored(): Promise<Buffer | undefined>;
  count(action: string): number;
  /** What a process leaves behind that was stopped after so many parts. */
  stopAfter(parts: number, source?: PartUpload['source']): Promise<PartProgress>;
  /** An upload of the blob of which ECR has only so many bytes, whatever the progress says. */
  begun(sentBytes: number, partBytes?: number): Promise<PartProgress>;
  close(): Promise<void>;
}

export async function startPartStage(): Promise<PartStage> {
  const uploadLimits = { partMinBytes: 5 * KIB, partSizeBytes: PART };
  const ecr = await startEcr({ accountId: ACCOUNT, region: REGION, uploadLimits });
  const clients: Ecr[] = [];
  const connect = (maxAttempts: number): Ecr => {
    const credentials = { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: 'any' };
    const at = { account: ACCOUNT, region: REGION, endpoint: ecr.apiUrl };
    const made = createEcr(at, { maxAttempts, credentials });
    clients.push(made);
    return made;
  };
  const client = connect(1);
  await client.client.send(new CreateRepositoryCommand({ repositoryName: repository }));
  return {
    ecr,
    client,
    connect,
    stored: () => ecr.admin.blob(repository, blob.digest),
    count: (action) => ecr.calls.filter((call) => call.action === `ecr:${action}`).length,
    stopAfter: async (parts, source = testSource(bytes)) => {
      const stop = new AbortController();
      const onProgress = ({ sentBytes }: PartProgress) => {
        if (sentBytes === parts * PART) stop.abort();
      };
      const end = await uploadByParts(client, job({ source, stop: stop.signal, onProgress }));
      if (end.kind !== 'stopped' || !end.progress) throw new Error('it was to be stopped');
      return end.progress;
    },
    begun: async (sentBytes, partBytes = 0) => {
      const command = new InitiateLayerUploadCommand({ repositoryName: repository });
      const { uploadId = '' } = await client.client.send(command);
      if (partBytes > 0) {
        const layerPartBlob = bytes.subarray(0, partBytes);
        const at = { partFirstByte: 0, partLastByte: partBytes - 1, layerPartBlob };
        await client.client.send(new UploadLayerPartCommand({ repositoryName: repository, uploadId, ...at }));
      }
      return { digest: blob.digest, uploadId, partSizeBytes: PART, sentBytes };
    },
    close: async () => {
      for (const each of clients) each.client.destroy();
      await ecr.close();
    },
  };
}

export const isCall = (operation: string) => (asked: { headers: Record<string, unknown> }) =>
  String(asked.headers['x-amz-target']).endsWith(`.${operation}`);
