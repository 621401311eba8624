import { userInfo } from 'node:os';
import { teamOf } from '../../core/config/naming.ts';
import type { Config, Destination, Team } from '../../core/config/schema.ts';
import { shortDigest } from '../../core/oci/digest.ts';
import { isBelow } from '../../core/oci/ecr-repository-name.ts';
import { familiarReference, referenceKey } from '../../core/oci/reference.ts';
import type { Target } from '../../core/request/image.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { openStore } from '../../core/store/open-store.ts';
import { StoreError } from '../../core/store/store.ts';
import { destinationEcr } from '../ecr/assumed-role.ts';
import { listTags } from '../ecr/list-tags.ts';
import { systemClock } from '../registry/clock.ts';
import { openSources, type Sources } from '../sources.ts';
import { type AdoptDeps, type Adopted, adoptImage, nameOf, trackListed } from './adopt/adopt-images.ts';
import type { AdoptLine } from './adopt/line.ts';
import { type MatchedList, matchList } from './adopt/match-list.ts';
import { readOldList } from './adopt/read-list.ts';
import { callerArn } from './caller-arn.ts';
import { WrongUsage } from './complain.ts';
import type { Io } from './io.ts';
import { readNetwork } from './network.ts';
import { needConfig, serviceOf } from './service.ts';

/**
 * `mirror adopt --prefix P [FILE …]`: takes over from the job that copied until now. What stands in ECR is the baseline
 * that schedules compare with; the images of its lists are tracked; a schedule is proposed. Nothing is copied, and nobody
 * is asked. 0 = all was read, 1 = some lines were not, or the table or ECR does not answer.
 */
export async function adopt(io: Io, line: AdoptLine): Promise<number> {
  const service = serviceOf(io, line.options);
  const { config } = await needConfig(io, service.file);
  const { table } = service;
  if (table === undefined) throw new WrongUsage('mirror adopt needs the table: --table NAME or MIRROR_TABLE');
  const [destination] = config.destinations;
  const team = teamOfPrefix(config, line.prefix);
  if (!destination || !team) throw new Error('a configuration has a destination and a team');
  const lists = await readLists(io, config, { line, team });
  const { proxyOf } = await readNetwork(io, undefined);
  const region = service.region ?? destination.region;
  const dynamo = openDynamo(table, { region });
  const sources = openSources({ config, proxyOf, clock: systemClock, log: () => {} });
  const deps: AdoptDeps = {
    store: openStore(dynamo, io.now),
    head: headOf(sources, io.signal),
    now: io.now,
    by: await whoAmI(region),
    dryRun: line.dryRun,
  };
  try {
    const adopted = await adoptAll(deps, { destination, lists, prefix: line.prefix, signal: io.signal });
    return tell(io, line, { adopted, lists });
  } catch (error) {
    if (!(error instanceof StoreError) && !isAwsError(error)) throw error;
    io.err(`mirror: ${error.message}\n  Look with: npx mirror doctor\n`);
    return 1;
  } finally {
    dynamo.client.destroy();
    await sources.close();
  }
}

type Lists = readonly (MatchedList & { readonly file: string })[];

async function readLists(
  io: Io,
  config: Config,
  { line, team }: { readonly line: AdoptLine; readonly team: Team },
): Promise<Lists> {
  return Promise.all(
    line.files.map(async (file) => {
      const text = await io.read(file).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new WrongUsage(`${file} cannot be read: ${why}`);
      });
      return { file, ...matchList(config, team, readOldList(text)) };
    }),
  );
}

interface All {
  readonly destination: Destination;
  readonly lists: Lists;
  readonly prefix: string;
  readonly signal: AbortSignal;
}

async function adoptAll(
  deps: AdoptDeps,
  { destination, lists, prefix, signal }: All,
): Promise<readonly Adopted[]> {
  const listed = new Map(
    lists.flatMap(({ images }) => images.map((entry) => [nameOf(entry.target), entry] as const)),
  );
  const { account, name, region } = destination;
  const ecr = destinationEcr(destination);
  const adopted: Adopted[] = [];
  try {
    for await (const image of listTags(ecr, prefix, signal)) {
      signal.throwIfAborted();
      const { repository, tag } = image;
      const target: Target = { destination: name, account, region, repository, tag };
      const done = await adoptImage(deps, image, { target, listed: listed.get(nameOf(target))?.source });
      listed.delete(nameOf(target));
      if (done) adopted.push(done);
    }
  } finally {
    ecr.client.destroy();
  }
  for (const entry of listed.values()) adopted.push(await trackListed(deps, entry));
  return adopted;
}

interface Told {
  readonly adopted: readonly Adopted[];
  readonly lists: Lists;
}

function tell(io: Io, { dryRun, name, options, prefix }: AdoptLine, { adopted, lists }: Told): number {
  const unread = lists.flatMap(({ file, unread: lines }) => lines.map((each) => ({ file, ...each })));
  const tags = lists.flatMap((list) => list.tags);
  const schedule = { name, cron: '0 2 * * 1', tracked: prefix, ...(tags.length > 0 && { tags }) };
  if (options.json) {
    for (const { digest, from, kind, same, source, target } of adopted) {
      const more = { digest, from, same, ...(source && { source: familiarReference(source) }) };
      io.out(`${JSON.stringify({ kind, target: nameOf(target), ...more })}\n`);
    }
    for (const each of unread) io.out(`${JSON.stringify({ kind: 'not read', ...each })}\n`);
    io.out(`${JSON.stringify({ kind: 'schedule', schedule })}\n`);
    return unread.length > 0 ? 1 : 0;
  }
  for (const each of adopted) io.out(`${lineOf(each)}\n`);
  for (const { file, line, text, why } of unread) io.err(`not read  ${file}:${line}  ${text}\n  ${why}\n`);
  const count = (kind: Adopted['kind']): number => adopted.filter((each) => each.kind === kind).length;
  const without = adopted.filter(({ source }) => !source).length;
  io.err(
    [
      `${dryRun ? 'would adopt' : 'adopted'} ${count('adopted')}, on record before ${count('known')}, not in ECR yet ${count('tracked')}, without a source ${without}, lines not read ${unread.length}`,
      'To have them looked at on Mondays at two, add to "schedules" in mirror.config.json:',
      `  ${JSON.stringify(schedule)}`,
      '',
    ].join('\n'),
  );
  return unread.length > 0 ? 1 : 0;
}

function lineOf({ digest, from, kind, same, source, target }: Adopted): string {
  const what = digest ? `  ${shortDigest(digest)}` : '';
  if (!source) return `${kind}  ${nameOf(target)}${what}  no source is known: not tracked`;
  const where =
    from === 'name'
      ? `  from ${familiarReference(source)}, by its name`
      : `  from ${familiarReference(source)}`;
  if (kind === 'tracked')
    return `${kind}  ${nameOf(target)}${where}  not in ECR yet: asked for at the first run`;
  return `${kind}  ${nameOf(target)}${what}${where}${same === false ? '  differs from the source now: asked for at the first run' : ''}`;
}

/** The team that may have repositories there, else the one that asks from anywhere. */
const teamOfPrefix = (config: Config, prefix: string): Team | undefined =>
  config.teams.find(({ prefixes }) => prefixes.some((each) => isBelow(prefix, each))) ?? teamOf(config, '');

function headOf(sources: Sources, signal: AbortSignal): AdoptDeps['head'] {
  return async (source) => {
    try {
      return (await sources.repository(source).headManifest(referenceKey(source), signal))?.digest;
    } catch {
      signal.throwIfAborted();
      // It stays on the list, and the first run says why it cannot be looked at.
      return undefined;
    }
  };
}

async function whoAmI(region: string): Promise<string> {
  const arn = await callerArn(region);
  return arn.ok ? arn.arn : `${userInfo().username} (mirror adopt)`;
}

const isAwsError = (error: unknown): error is Error => error instanceof Error && '$metadata' in error;
