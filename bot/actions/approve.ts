import type { BotDeps } from '../deps.ts';
import { type ButtonArgs, readClick, whisper } from './click.ts';
import { decideAs } from './decision.ts';

/** The Approve button: written before it is acknowledged, so that Slack's "done" means done. */
export async function approveAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  const click = await readClick(deps, args);
  const refusal = click
    ? await decideAs(deps, click.item, click, ({ images, group }) => ({
        kind: 'approve',
        by: click.user,
        images,
        configHash: deps.configHash,
        ...(group && { group }),
      }))
    : ({ kind: 'unknown request' } as const);
  await args.ack();
  if (refusal) await whisper(args, refusal);
}
