import { readEnvironment } from '../../core/lambda/environment.ts';
import type { LambdaService } from '../../core/lambda/service.ts';
import { openSecrets } from '../../core/secrets/open-secrets.ts';
import { parseRegistrySecret } from '../../core/secrets/registry-secret.ts';
import { openStore } from '../../core/store/open-store.ts';
import type { Config } from '../../core/config/schema.ts';
import { openAccounts } from '../accounts.ts';
import { openSlots } from '../copy/slots.ts';
import type { WorkerDeps } from '../deps.ts';
import { openEcrRegistries } from '../ecr/ecr-registry.ts';
import { systemClock } from '../registry/clock.ts';
import { environmentProxy } from '../registry/proxy.ts';
import { openSources, type Sources } from '../sources.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * From this size on a blob goes by parts where the configuration says nothing: an invocation lives for 15 minutes, and
 * one PUT has to begin anew in the next one. At less than 0.6 MB/s a smaller one would never arrive.
 */
export const LAMBDA_PARTS_FROM_BYTES = 512 * 1024 * 1024;

/** What the jobs work with, for as long as the execution environment lives. */
export interface LambdaWorker {
  /** Made anew where the accounts of registries have changed since. Rejects where they cannot be read. */
  deps(): Promise<WorkerDeps>;
}

export function openWorker(service: LambdaService, env: Env): LambdaWorker {
  const { bells, change, configHash, dynamo, log, now } = service;
  const config = withParts(service.config);
  const { registrySecret } = readEnvironment(env, ['registrySecret']);
  const secret = openSecrets({ now })(registrySecret);
  const store = openStore(dynamo, now);
  const clock = systemClock;
  const { blobsAtHost: perHost, blobsInFlight: overall } = config.limits;
  const slots = openSlots({ perHost, overall });
  const registries = openEcrRegistries({ config, clock });
  const proxyOf = config.network.proxy === 'environment' ? environmentProxy(env) : undefined;
  const needsAccounts = Object.values(config.registries).some(({ credentials }) => credentials !== undefined);
  let open: { readonly text: string | undefined; readonly sources: Sources } | undefined;

  const sourcesNow = async (): Promise<Sources> => {
    const text = needsAccounts ? await secret.read() : undefined;
    if (open && open.text === text) return open.sources;
    const values = parseRegistrySecret(text);
    const accounts = await openAccounts({ config, secrets: async (name) => values.get(name) });
    if (!accounts.ok) throw new Error([...accounts.problems, STORE].join('\n'));
    for (const warning of accounts.warnings) log('warn', warning);
    const { keychain } = accounts;
    const before = open?.sources;
    const sources = openSources({ config, keychain, proxyOf, budgets: store.budgets, clock, log });
    open = { text, sources };
    await before?.close();
    return sources;
  };

  return {
    deps: async () => ({
      config,
      configHash,
      store,
      change,
      bells,
      sources: await sourcesNow(),
      slots,
      ecrOf: registries.of,
      clock,
      log,
    }),
  };
}

const STORE = 'npm run secrets:put stores the accounts of registries';

function withParts(config: Config): Config {
  const { partsFromBytes = LAMBDA_PARTS_FROM_BYTES } = config.limits;
  return { ...config, limits: { ...config.limits, partsFromBytes } };
}
