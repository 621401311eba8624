import { ACCEPT_MANIFESTS } from '../../../core/oci/media-type.ts';
import type { Faults } from '../../../local/faults.ts';
import { registryEndpoint } from '../../../worker/registry/endpoint.ts';
import { openRegistry, type Repository } from '../../../worker/registry/registry.ts';
import { findStranger } from '../../strangers.ts';
import { handClock, openTestRegistry } from '../registry/test-registry.ts';
import { startDockerRegistry } from './docker-registry.ts';
import { startEcrTarget } from './ecr.ts';
import { startPlainRegistry } from './plain-registry.ts';

/** What stands at a registry under a key, asked for without our client. */
export interface Stored {
  readonly mediaType: string;
  readonly bytes: Buffer;
}
/** A registry to copy into. */
export interface Destination {
  /** Missing where it is not a stand-in. */
  readonly faults?: Faults;
  repository(name: string): Repository;
  stored(repository: string, key: string): Promise<Stored | undefined>;
  close(): Promise<void>;
}

export interface DestinationKind {
  readonly name: string;
  /** Refuses what Amazon ECR refuses, and its tags do not move. */
  readonly strict: boolean;
  readonly canFail: boolean;
  /** `repositories`: those that will be written to, for a registry that wants to know. */
  readonly start: (repositories: readonly string[]) => Promise<Destination>;
}

const program = findStranger('docker-registry');

/** One that nobody here wrote where it is installed, one that is strict, one that can do very little. */
export const DESTINATIONS: readonly DestinationKind[] = [
  ...(program === undefined
    ? []
    : [{ name: 'Debian’s docker-registry', strict: false, canFail: false, start: () => debian(program) }]),
  { name: 'the ECR stand-in', strict: true, canFail: true, start: ecr },
  { name: 'a plain registry', strict: false, canFail: true, start: plain },
];

async function debian(path: string): Promise<Destination> {
  const server = await startDockerRegistry(path);
  const { host } = server;
  const registry = openRegistry({
    endpoint: registryEndpoint(host, { [host]: { insecure: true } }),
    clock: handClock(),
  });
  return {
    repository: (name) => registry.repository(name),
    stored: async (repository, key) => {
      const answer = await fetch(`http://${host}/v2/${repository}/manifests/${key}`, {
        headers: { accept: ACCEPT_MANIFESTS },
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      return answer.ok ? { mediaType: answer.headers.get('content-type') ?? '', bytes } : undefined;
    },
    close: async () => {
      await registry.close();
      await server.close();
    },
  };
}

async function ecr(repositories: readonly string[]): Promise<Destination> {
  const target = await startEcrTarget(repositories);
  const { admin, faults } = target.ecr;
  return {
    faults: faults.registry,
    repository: (name) => target.registry.repository(name),
    stored: async (repository, key) => admin.manifest(repository, key),
    close: target.close,
  };
}

async function plain(): Promise<Destination> {
  const server = await startPlainRegistry();
  const registry = openTestRegistry(server.origin);
  return {
    faults: server.faults,
    repository: (name) => registry.repository(name),
    stored: async (repository, key) => server.manifest(repository, key),
    close: async () => {
      await registry.close();
      await server.close();
    },
  };
}
