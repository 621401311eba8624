import type { ImageId } from '../../core/request/image.ts';
import { isSingle } from '../../core/request/request.ts';
import type { BotDeps } from '../deps.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import type { Message } from '../messages/blocks.ts';
import { renderRest } from '../messages/list-rest.ts';
import { respondPrivately } from '../slack/respond-privately.ts';
import { type ButtonArgs, decided, readClick, whisper } from './click.ts';
import { decideAs } from './decision.ts';

/** The Approve button: written before it is acknowledged, so that Slack's "done" means done. */
export async function approveAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  let rest: Message | undefined;
  const tell = (message: Message | undefined): void => {
    rest = message;
  };
  const refusal = await decided(deps, approve(deps, args, tell));
  await args.ack();
  if (refusal) return whisper(args, refusal);
  if (rest) await respondPrivately(args, rest);
}

/** Of a list only what is theirs is approved; what is not is told them. */
async function approve(
  deps: BotDeps,
  args: ButtonArgs,
  tellRest: (message: Message | undefined) => void,
): Promise<ClickRefusal | undefined> {
  const click = await readClick(deps, args);
  if (click.kind !== 'click') return click;
  const { item, user } = click;
  let mine: readonly ImageId[] = [];
  const refusal = await decideAs(deps, item, click, ({ images, groups }) => {
    mine = images;
    return { kind: 'approve', by: user, images, configHash: deps.configHash, groups };
  });
  if (!refusal && !isSingle(item)) tellRest(renderRest(item, mine));
  return refusal;
}
