import type { ImageId } from '../../core/request/image.ts';
import type { Input } from '../../core/request/input.ts';
import { readRequest } from '../actions/click.ts';
import { decideBy } from '../actions/decision.ts';
import { entitlement, type Entitlement } from '../actions/entitlement.ts';
import type { BotDeps } from '../deps.ts';
import { IDS } from '../ids.ts';
import type { ClickRefusal } from '../messages/clicks.ts';
import { senderOf } from '../sender.ts';
import { APPROVE, DENY } from './choice.ts';
import { type SubmitArgs, submitted } from './submitted.ts';

type Allowed = Extract<Entitlement, { may: true }>;

/** Some of a list's images were chosen: decided now, as far as the person may; the others go on waiting. */
export async function chosenView(deps: BotDeps, args: SubmitArgs): Promise<void> {
  const choice = readChoice(args.view.state.values);
  if ('errors' in choice) {
    await args.ack({ response_action: 'errors', errors: choice.errors });
    return;
  }
  await submitted(deps, args, decide(deps, args, choice));
}

interface Choice {
  readonly images: readonly ImageId[];
  readonly approve: boolean;
  readonly reason: string;
}

type Values = SubmitArgs['view']['state']['values'];

function readChoice(values: Values): Choice | { readonly errors: Record<string, string> } {
  const groups = Object.keys(values).filter((id) => id.startsWith(`${IDS.chosenImages}_`));
  const images = groups.flatMap((id) =>
    (values[id]?.[IDS.chosenImages]?.selected_options ?? []).map(({ value }) => value),
  );
  const wanted = values[IDS.chosenDecision]?.[IDS.chosenDecision]?.selected_option?.value;
  const reason = (values[IDS.chosenReason]?.[IDS.chosenReason]?.value ?? '').trim();
  const [first = `${IDS.chosenImages}_0`] = groups;
  if (images.length === 0) return { errors: { [first]: 'Tick at least one image, or go back.' } };
  if (wanted !== APPROVE && wanted !== DENY) {
    return { errors: { [IDS.chosenDecision]: 'Choose what is to become of them.' } };
  }
  if (wanted === DENY && reason === '')
    return { errors: { [IDS.chosenReason]: 'A reason is needed to deny.' } };
  return { images, approve: wanted === APPROVE, reason };
}

/** Exactly the chosen ones: what else waits is not touched, and what is not theirs does not count. */
async function decide(deps: BotDeps, args: SubmitArgs, choice: Choice): Promise<ClickRefusal | undefined> {
  const read = await readRequest(deps, args.view.private_metadata);
  if ('kind' in read) return read;
  const click = senderOf(args);
  return decideBy(deps, read.item, {
    click,
    entitle: (item, person) => among(entitlement(item, person), choice.images, item),
    input: (allowed) => inputOf(deps, click.user, { choice, allowed }),
  });
}

function among(
  answer: Entitlement,
  chosen: readonly ImageId[],
  item: Parameters<typeof entitlement>[0],
): Entitlement {
  if (!answer.may) return answer;
  const images = answer.images.filter((id) => chosen.includes(id));
  return images.length > 0 ? { ...answer, images } : { may: false, refusal: { kind: 'decided', item } };
}

function inputOf(
  deps: BotDeps,
  by: string,
  { allowed, choice }: { readonly allowed: Allowed; readonly choice: Choice },
): Input {
  const { groups, images } = allowed;
  const { approve, reason } = choice;
  if (!approve) return { kind: 'deny', by, images, reason };
  return {
    kind: 'approve',
    by,
    images,
    configHash: deps.configHash,
    groups: Object.fromEntries(Object.entries(groups).filter(([id]) => images.includes(id))),
    ...(reason && { reason }),
  };
}
