import { digestPrefix } from '../../core/oci/digest.ts';
import type { Entry } from '../../core/request/image.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import type { BotDeps } from '../deps.ts';
import { membership } from '../membership.ts';
import { renderAsked } from '../messages/asked.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { mrkdwn } from '../messages/mrkdwn.ts';
import { askFor } from '../requests/ask-for.ts';
import { teamHere } from '../requests/team-here.ts';
import { respondPrivately } from '../slack/respond-privately.ts';
import { type ButtonArgs, decided, readClick, whisper } from './click.ts';

/**
 * The button under a line that offers the same image once more: what expired, or the digest its tag has moved to. It is
 * a new request of whoever clicks, looked up and decided anew; the old one stays as it is.
 */
export async function askAgainAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  let asked: RequestItem | undefined;
  const tell = (item: RequestItem): void => {
    asked = item;
  };
  const refusal = await decided(deps, askAgain(deps, args, tell));
  await args.ack();
  if (refusal) return whisper(args, refusal);
  if (!asked) return;
  await respondPrivately(args, renderAsked(asked, { paused: deps.config.paused, where: mrkdwn`here` }));
}

async function askAgain(
  deps: BotDeps,
  args: ButtonArgs,
  tell: (item: RequestItem) => void,
): Promise<ClickRefusal | undefined> {
  const click = await readClick(deps, args);
  if (click.kind !== 'click') return click;
  const { item, user, workspace } = click;
  if (workspace !== item.workspace) return { kind: 'not a full member' };
  const kind = await membership(deps, click);
  if (kind !== 'full') return { kind: kind === 'not checked' ? kind : 'not a full member' };
  const team = deps.config.teams.find(({ id }) => id === item.team) ?? teamHere(deps.config, item.channel);
  const entries = entriesAgain(item);
  if (Object.keys(entries).length === 0) return { kind: 'decided', item };
  const { channel, reason } = item;
  const again = await askFor(deps, {
    workspace,
    user,
    channel,
    trigger: args.body.trigger_id,
    team,
    entries,
    ...(reason !== undefined && { reason }),
  });
  if (!again) return { kind: 'unsure' };
  tell(again);
  return undefined;
}

/** What is worth asking for again: what nobody decided, and what a tag has moved to, under a tag of its own. Pure. */
function entriesAgain(item: RequestItem): Readonly<Record<string, Entry>> {
  const list = imagesOf(item).flatMap(([, image]): Entry[] => {
    const { platforms, result, source, state, target } = image;
    const rest = platforms === undefined ? {} : { platforms };
    if (state === 'expired') return [{ source, target, ...rest }];
    const moved = state === 'copied' ? result?.tagMovedTo : undefined;
    if (!moved) return [];
    return [{ source, target: { ...target, tag: `${target.tag}-${digestPrefix(moved)}` }, ...rest }];
  });
  return Object.fromEntries(list.map((entry, at) => [String(at + 1), entry]));
}
