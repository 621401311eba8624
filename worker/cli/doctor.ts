import { configAdvice } from '../../core/config/advice.ts';
import type { Config } from '../../core/config/schema.ts';
import { bad, type Check, good, look } from './doctor/check.ts';
import { lookAtEcr } from './doctor/ecr.ts';
import { lookAtQueues } from './doctor/queues.ts';
import { lookAtRegistryPolicy } from './doctor/registry-policy.ts';
import { lookAtTable } from './doctor/table.ts';
import type { Io } from './io.ts';
import { problemLine, readConfig, type Service, serviceOf } from './service.ts';
import type { ServiceOptions } from './service-line.ts';

/** `mirror doctor`: everything that the service stands on, each with a fix. 0 = all well, 1 = something fails. */
export async function doctor(io: Io, { options }: { readonly options: ServiceOptions }): Promise<number> {
  const service = serviceOf(io, options);
  const checks: Check[] = [];
  const tell = (list: readonly Check[]): void => {
    for (const check of list) {
      checks.push(check);
      io.out(options.json ? `${JSON.stringify(check)}\n` : lines(check));
    }
  };
  const read = await readConfig(io, service.file);
  if (!read.ok) {
    tell(read.problems.map((each) => bad('configuration', problemLine(service.file, each), 'Correct it.')));
  } else {
    tell(configChecks(read.config, service));
    for (const destination of read.config.destinations) {
      tell(await lookAtEcr({ config: read.config, destination, now: io.now }));
      tell(await lookAtRegistryPolicy({ config: read.config, destination }));
    }
    const [first] = read.config.destinations;
    const place = {
      account: first?.account ?? 'unknown',
      region: service.region ?? first?.region ?? 'unknown',
    };
    tell(await lookAtTable({ ...place, table: service.table, now: io.now }));
    const { workQueue, notifyQueue } = service;
    tell(await lookAtQueues({ ...place, workQueue, notifyQueue }));
  }
  const failed = checks.filter(({ result }) => result === 'fail').length;
  if (!options.json)
    io.err(`${failed === 0 ? 'Nothing fails' : `${failed} of ${checks.length} checks fail`}.\n`);
  return failed > 0 ? 1 : 0;
}

function configChecks(config: Config, { file }: Service): readonly Check[] {
  const advice = configAdvice(config).map((each) =>
    look('configuration', problemLine(file, each), 'Change it if it is not meant.'),
  );
  const paused = config.paused
    ? [
        look(
          'configuration',
          'paused is set: requests are kept, nothing is looked up or copied.',
          'Take it out to go on.',
        ),
      ]
    : [];
  return [good('configuration', `${file} is valid.`), ...advice, ...paused];
}

const MARKS = { ok: '✓', warn: '⚠', fail: '✕', skip: '–' } as const;
const WORDS = { ok: 'ok', warn: 'look', fail: 'fails', skip: 'not looked at' } as const;

const lines = ({ about, fix, result, what }: Check): string =>
  `${MARKS[result]} ${WORDS[result]}  ${about}: ${what}\n${fix === undefined ? '' : `    ${fix}\n`}`;
