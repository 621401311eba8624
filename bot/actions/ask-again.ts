import { teamOf } from '../../core/config/naming.ts';
import { digestPrefix } from '../../core/oci/digest.ts';
import type { Entry } from '../../core/request/image.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import { type BotDeps, CLICK_BUDGET_MS } from '../deps.ts';
import { inTime } from '../in-time.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { mrkdwn } from '../messages/mrkdwn.ts';
import { kept, lookingUp } from '../messages/private.ts';
import { putRequest } from '../requests/put-request.ts';
import { respondPrivately } from '../slack/respond-privately.ts';
import { type ButtonArgs, decided, readClick, whisper } from './click.ts';

/**
 * The button under a line that offers the same image once more: what expired, or the digest its tag has moved to. It is
 * a new request of whoever clicks, looked up and decided anew; the old one stays as it is.
 */
export async function askAgainAction(deps: BotDeps, args: ButtonArgs): Promise<void> {
  const answer: { id?: string; entry?: Entry } = {};
  const refusal = await decided(deps, askAgain(deps, args, answer));
  await args.ack();
  if (refusal) return whisper(args, refusal);
  const { entry, id } = answer;
  if (!entry || id === undefined) return;
  const text = (deps.config.paused ? kept : lookingUp)(entry.source, id, mrkdwn`here`);
  await respondPrivately(args, text);
}

async function askAgain(
  deps: BotDeps,
  { action, body }: ButtonArgs,
  answer: { id?: string; entry?: Entry },
): Promise<ClickRefusal | undefined> {
  const click = await readClick(deps, { body, action });
  if (click.kind !== 'click') return click;
  const { item, user, workspace } = click;
  if (workspace !== item.workspace) return { kind: 'not a full member' };
  if ((await deps.directory.memberKind(user, workspace)) !== 'full') return { kind: 'not a full member' };
  const team = deps.config.teams.find(({ id }) => id === item.team) ?? teamOf(deps.config, item.channel);
  const entries = entriesAgain(item);
  const [entry] = Object.values(entries);
  if (!team || !entry) return { kind: 'decided', item };
  const asked = { workspace, user, channel: item.channel, trigger: body.trigger_id, team, entries };
  const { reason } = item;
  const again = await inTime(
    putRequest(deps, { ...asked, ...(reason !== undefined && { reason }) }),
    CLICK_BUDGET_MS,
    undefined,
  );
  if (!again) return { kind: 'unsure' };
  await deps.bells.work(again.id);
  answer.id = again.id;
  answer.entry = entry;
  return undefined;
}

/** What is worth asking for again: what nobody decided, and what a tag has moved to, under a tag of its own. Pure. */
export function entriesAgain(item: RequestItem): Readonly<Record<string, Entry>> {
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
