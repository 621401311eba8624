import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BLOCK_RULES } from './blocks.ts';
import { MESSAGE_RULES } from './messages.ts';
import { replay, type RuleResult } from './replay.ts';

/**
 * SLACK_BOT_TOKEN=xoxb-… npm run contract:slack -- --channel C…: replays the stand-in's rules against real Slack and prints
 * every difference. It posts into that channel, which the app must be a member of, and deletes what it posted. For a
 * sandbox. Ends with 0 (no difference), 1 (some) or 2 (not run).
 */
const { values } = parseArgs({ options: { channel: { type: 'string' }, endpoint: { type: 'string' } } });
process.exitCode = await main();

async function main(): Promise<number> {
  const token = process.env['SLACK_BOT_TOKEN'];
  if (!token?.startsWith('xoxb-'))
    return refuse('needs SLACK_BOT_TOKEN, the bot token of an app in a sandbox');
  const { channel } = values;
  if (!channel) return refuse('needs --channel ID, a channel that the app is a member of and may post to');
  const apiUrl = values.endpoint ?? 'https://slack.com/api/';
  try {
    const place = { apiUrl, token, channel, wait: (ms: number) => wait(ms) };
    const results = await replay(place, [...BLOCK_RULES, ...MESSAGE_RULES], tell);
    const differing = results.filter(({ differences }) => differences.length > 0).length;
    console.log(`${results.length} rules, ${differing} differ`);
    return differing > 0 ? 1 : 0;
  } catch (error) {
    return refuse(`could not run: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function tell({ differences, rule }: RuleResult): void {
  console.log(`${differences.length === 0 ? 'same     ' : 'DIFFERS  '}${rule.name}`);
  for (const difference of differences) console.log(`         ${difference}`);
}

function refuse(words: string): number {
  console.error(`contract:slack ${words}`);
  return 2;
}
