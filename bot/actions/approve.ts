import type { BotDeps } from '../deps.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { type ButtonArgs, decided, readClick, whisper } from './click.ts';
import { decideAs } from './decision.ts';

/** The Approve button: written before it is acknowledged, so that Slack's "done" means done. */
export async function approveAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  const refusal = await decided(deps, approve(deps, args));
  await args.ack();
  if (refusal) await whisper(args, refusal);
}

async function approve(deps: BotDeps, args: ButtonArgs): Promise<ClickRefusal | undefined> {
  const click = await readClick(deps, args);
  if (click.kind !== 'click') return click;
  return decideAs(deps, click.item, click, ({ images, groups }) => ({
    kind: 'approve',
    by: click.user,
    images,
    configHash: deps.configHash,
    groups,
  }));
}
