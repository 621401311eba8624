import { botFindings } from '../../../core/health/bot-check.ts';
import { botHealthStore } from '../../../core/store/bot-health.ts';
import { type Dynamo, openDynamo } from '../../../core/store/dynamo.ts';
import { tableFacts } from '../../../core/store/inspect.ts';
import { awsProblem } from './aws-problem.ts';
import { bad, type Check, good, look, skipped } from './check.ts';

export interface TableLook {
  readonly table: string | undefined;
  readonly account: string;
  readonly region: string;
  readonly now: () => number;
}

/** The table, and in it how the bot stands in Slack. */
export async function lookAtTable({ table, account, region, now }: TableLook): Promise<readonly Check[]> {
  if (table === undefined) {
    return [skipped('table', 'No table was named.', 'Name it: --table NAME or MIRROR_TABLE.')];
  }
  const dynamo = openDynamo(table, { region, maxAttempts: 2 });
  try {
    return [await tableCheck(dynamo), ...(await botChecks(dynamo, now()))];
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') {
      const fix = 'Check the name and the Region, or create it with the infrastructure.';
      return [bad('table', `There is no table ${table} in Region ${region}.`, fix)];
    }
    return [awsProblem(error, { about: 'table', action: 'dynamodb:DescribeTable', account, region })];
  } finally {
    dynamo.client.destroy();
  }
}

async function tableCheck(dynamo: Dynamo): Promise<Check> {
  const { table } = dynamo;
  const { fillingIndexes, missingIndexes, status, wrongKeys } = await tableFacts(dynamo);
  const fix = 'Create it with the infrastructure, or by the keys and indexes of core/store/table.ts.';
  if (wrongKeys !== undefined)
    return bad('table', `${table} has the keys ${wrongKeys}: it is another table.`, fix);
  if (missingIndexes.length > 0) {
    return bad('table', `${table} has no index ${missingIndexes.join(', ')}: nobody finds what is due.`, fix);
  }
  if (status !== 'ACTIVE' || fillingIndexes.length > 0) {
    const which =
      fillingIndexes.length > 0 ? `index ${fillingIndexes.join(', ')} is being filled` : `it is ${status}`;
    return look('table', `${table} is not ready yet: ${which}.`, 'Wait until DynamoDB calls it ACTIVE.');
  }
  return good('table', `${table} is there, with its indexes.`);
}

/** The bot looks every ten minutes. */
const OLD_MS = 1_800_000;

async function botChecks(dynamo: Dynamo, now: number): Promise<readonly Check[]> {
  const check = await botHealthStore(dynamo).get();
  if (!check) {
    const fix = 'Start the bot: it looks at its standing in Slack at once, and leaves it in the table.';
    return [bad('bot', 'No bot has left word in this table yet.', fix)];
  }
  const minutes = Math.round((now - check.at) / 60_000);
  const checks = botFindings(check).map(({ fix, stops, what }) => (stops ? bad : look)('bot', what, fix));
  if (now - check.at > OLD_MS) {
    const fix = 'It looks every ten minutes while it runs: see whether it does, and its log.';
    return [bad('bot', `The bot was last heard of ${minutes} min ago.`, fix), ...checks];
  }
  if (checks.length > 0) return checks;
  const { channels, groups, scopes } = check;
  return [
    good(
      'bot',
      `The bot has all ${scopes.granted.length} scopes, and stands well in its channels (${channels.length}) and user groups (${groups.length}), ${minutes} min ago.`,
    ),
  ];
}
