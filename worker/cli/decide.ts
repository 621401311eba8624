import { familiarReference } from '../../core/oci/reference.ts';
import { openBells } from '../../core/queue/open-bells.ts';
import { openMetrics } from '../../core/metrics/metrics.ts';
import { type ImageId, waitsForPeople } from '../../core/request/image.ts';
import type { Input } from '../../core/request/input.ts';
import { parseRequestId } from '../../core/request/id.ts';
import { commandAuthority } from '../../core/request/policy.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { changer } from '../../core/store/change.ts';
import { openDynamo } from '../../core/store/dynamo.ts';
import { requestStore } from '../../core/store/items.ts';
import { StoreError } from '../../core/store/store.ts';
import { systemClock } from '../registry/clock.ts';
import { callerArn } from './caller-arn.ts';
import { WrongUsage } from './complain.ts';
import type { Io } from './io.ts';
import { needConfig, serviceOf } from './service.ts';
import type { ServiceOptions } from './service-line.ts';

export interface DecideLine {
  readonly id: string;
  readonly decision: 'approve' | 'deny';
  readonly reason: string;
  readonly options: ServiceOptions;
}

const BUDGET_MS = 10_000;

/**
 * `mirror decide ID approve|deny --reason TEXT`: for when Slack is down. Who may is what `commandApprovers` said when the
 * image was offered and says now; who it is says AWS. 0 = decided, 1 = not.
 */
export async function decide(io: Io, line: DecideLine): Promise<number> {
  const service = serviceOf(io, line.options);
  const { config, hash } = await needConfig(io, service.file);
  const { notifyQueue, table, workQueue } = service;
  if (table === undefined || workQueue === undefined || notifyQueue === undefined) {
    throw new WrongUsage(
      'mirror decide needs the table and both queues: --table, --work-queue, --notify-queue or their variables',
    );
  }
  const id = parseRequestId(line.id);
  if (id === undefined) throw new WrongUsage(`${line.id} is not a request's id; it looks like M-7F3K`);
  if (Object.keys(config.commandApprovers).length === 0) {
    return no(io, 'Nobody may decide by this command: mirror.config.json has no commandApprovers.');
  }
  const region = service.region ?? config.destinations[0]?.region;
  const arn = await callerArn(region);
  if (!arn.ok) return no(io, `AWS does not say who you are: ${arn.why}.`);
  const user = config.commandApprovers[arn.arn];
  if (user === undefined) {
    return no(io, `${arn.arn} may not decide: commandApprovers in mirror.config.json does not name it.`);
  }
  const { now, random, sleep } = systemClock;
  const aws = region === undefined ? {} : { region };
  const dynamo = openDynamo(table, aws);
  const requests = requestStore(dynamo);
  const change = changer({ requests, timing: config.limits.timing, now, random, sleep });
  const asked = { ...line, arn: arn.arn, user, configHash: hash };
  let images: readonly ImageId[] = [];
  try {
    const changed = await change({
      id,
      deadline: now() + BUDGET_MS,
      input: (item) => {
        images = decidable(item, asked, now());
        return images.length === 0 ? undefined : inputOf(asked, images);
      },
    });
    switch (changed.kind) {
      case 'changed': {
        const log = () => {};
        const bells = openBells({
          workQueueUrl: workQueue,
          notifyQueueUrl: notifyQueue,
          log,
          metrics: openMetrics(),
          client: aws,
        });
        await Promise.all([bells.work(id), bells.notify(id)]);
        io.out(`${done(changed.item, asked, images)}\n`);
        return 0;
      }
      case 'refused':
        return no(io, refusalOf(changed.item, asked, now()));
      case 'missing':
        return no(io, `There is no request ${id}.`);
      case 'unsure':
        return no(
          io,
          'The table did not answer in time, so it is not sure whether it was recorded: run it again.',
        );
      default:
        return changed satisfies never;
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return no(io, `The table ${table} does not answer: ${error.message}`);
  } finally {
    dynamo.client.destroy();
  }
}

interface Asked extends DecideLine {
  readonly arn: string;
  readonly user: string;
  readonly configHash: string;
}

function inputOf({ arn, configHash, decision, reason, user }: Asked, images: readonly ImageId[]): Input {
  const said = { by: user, images, arn, reason };
  return decision === 'approve' ? { kind: 'approve', ...said, configHash } : { kind: 'deny', ...said };
}

/** Of a list only what this identity may decide. */
function decidable(item: RequestItem, { arn, user }: Asked, now: number): readonly ImageId[] {
  return waiting(item, now).flatMap(([id, image]) => {
    const answer = commandAuthority(item, image, arn);
    return answer.may && answer.by === user ? [id] : [];
  });
}

const waiting = (item: RequestItem, now: number) =>
  imagesOf(item).filter(([, image]) => image.state === 'ready' && waitsForPeople(image, now));

function refusalOf(item: RequestItem, { arn }: Asked, now: number): string {
  const [first] = waiting(item, now);
  if (!first) return `There is nothing to decide about ${item.id}: it is ${item.state}.`;
  const answer = commandAuthority(item, first[1], arn);
  if (answer.may) return `Nothing of ${item.id} was changed; look at it again.`;
  switch (answer.why) {
    case 'own request':
      return `${item.id} is your own request, so a second person has to decide it.`;
    case 'already approved':
      return `You have approved ${item.id} already; it needs another person's approval too.`;
    case 'not an approver':
      return `${arn} was not among the commandApprovers when ${item.id} was offered: ask for the image again.`;
    default:
      return answer.why satisfies never;
  }
}

function done(item: RequestItem, { arn, decision, user }: Asked, decided: readonly ImageId[]): string {
  const names = imagesOf(item).flatMap(([id, { source, targetDigest }]) =>
    decided.includes(id) ? [`${familiarReference(source)} (${targetDigest ?? 'no digest'})`] : [],
  );
  return `${decision === 'approve' ? 'approved' : 'denied'}  ${item.id}  ${names.join(', ')}  as ${user} (${arn})`;
}

function no(io: Pick<Io, 'err'>, why: string): 1 {
  io.err(`mirror: ${why}\n`);
  return 1;
}
