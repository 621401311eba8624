import { renderCard } from '../../bot/messages/card.ts';
import { deliveries, hasCard } from '../../core/request/deliveries.ts';
import { brokenLink } from '../../core/request/event.ts';
import { isSettled } from '../../core/request/image.ts';
import { approvalsFit } from '../../core/request/policy.ts';
import { isGateOpen } from '../../core/request/releasing.ts';
import { imagesOf, type RequestItem } from '../../core/request/request.ts';
import type { Story } from './world.ts';

/** Everything that must be true when it is quiet again; each sentence is a promise that was broken. */
export function check(story: Story): readonly string[] {
  const bad = [...story.problems];
  if (!story.quiet) bad.push('NOT-QUIET: something is still open, rung for or owed');
  for (const id of story.requests) {
    const item = story.rows.items.get(id);
    if (!item) {
      bad.push(`LOST: ${id} was never stored`);
      continue;
    }
    bad.push(
      ...checkItem(item),
      ...checkThread(story, item),
      ...checkTold(story, item),
      ...checkTags(story, item),
      ...checkJoined(story, item),
    );
  }
  return bad;
}

function checkItem(item: RequestItem): readonly string[] {
  const bad: string[] = [];
  const images = imagesOf(item);
  if (item.state !== 'finished' && item.state !== 'refused') {
    bad.push(`STUCK: ${item.id} is ${item.state}: ${images.map(([, i]) => `${i.state}/${i.scan}`).join()}`);
  }
  for (const [id, image] of images) {
    if (!isSettled(image)) bad.push(`STUCK-IMAGE: ${item.id}/${id} is ${image.state}/${image.scan}`);
    if (image.state === 'copied' && !approvalsFit(item, image))
      bad.push(`UNAPPROVED: ${item.id}/${id} copied`);
    if (image.state === 'copied' && !isGateOpen(item, image)) bad.push(`GATE: ${item.id}/${id} copied`);
    if (image.released?.by === item.requester) bad.push(`SELF-RELEASE: ${item.id}/${id}`);
    if (new Set(image.approvals.map(({ by }) => by)).size !== image.approvals.length)
      bad.push(`TWICE-BY: ${item.id}/${id}`);
    if (image.approvals.some(({ by, glass }) => by === item.requester && !glass))
      bad.push(`SELF: ${item.id}/${id}`);
  }
  if (brokenLink(item.events) !== undefined) bad.push(`CHAIN: ${item.id} at ${brokenLink(item.events)}`);
  return bad;
}

/** Each line once, in order, in its place; the card shows what is. */
function checkThread({ slack }: Story, item: RequestItem): readonly string[] {
  const bad: string[] = [];
  const { card } = item.notifier;
  const posted = [...slack.boxes].flatMap(([box, messages]) =>
    messages.filter(({ request }) => request === item.id).map(({ key }) => ({ box, key })),
  );
  const wanted = item.events.flatMap((event) =>
    deliveries(event, item).map((delivery, n) => ({
      delivery,
      key: `${item.id}#${event.n}#${n}`,
      type: event.type,
    })),
  );
  for (const { delivery, key, type } of wanted) {
    const times = posted.filter((post) => post.key === key).length;
    const whispered = slack.whispers.filter(({ request }) => request === item.id).length;
    if (delivery.kind === 'private') {
      if (times > 1 || times + whispered === 0)
        bad.push(`PRIVATE: ${key} ${type}: ${times} posts, ${whispered} whispers`);
    } else if (times === 0) bad.push(`UNSAID: ${key} ${type}`);
    else if (times > 1) bad.push(`TWICE: ${key} ${type} ${times} times`);
  }
  for (const { key } of posted) if (!wanted.some((each) => each.key === key)) bad.push(`UNEXPLAINED: ${key}`);
  const thread = posted.filter(({ box }) => card && box === `${card.channel}/${card.ts}`);
  const order = thread.map(({ key }) => Number(key.split('#')[1]));
  if (order.some((n, at) => n < (order[at - 1] ?? -1))) bad.push(`ORDER: ${item.id} ${order.join()}`);
  if (hasCard(item)) {
    const shown = card && slack.boxes.get(card.channel)?.find(({ ts }) => ts === card.ts);
    if (JSON.stringify(shown?.message) !== JSON.stringify(renderCard(item)))
      bad.push(`CARD: ${item.id} shows something else`);
  }
  return bad;
}

/** Nobody was told yes of what is not there, or no of what is. */
function checkTold({ told }: Story, item: RequestItem): readonly string[] {
  const bad: string[] = [];
  const users = new Set(
    told.filter(({ request }) => request === item.id).map(({ user, type }) => `${user} ${type}`),
  );
  for (const who of users) {
    const [user, type] = who.split(' ');
    const answers = told.filter(
      (each) => each.request === item.id && each.user === user && each.type === type,
    );
    const yes = answers.filter(({ answer }) => answer === 'yes').length;
    const events = item.events.filter(
      (event) => event.type === type && 'by' in event && event.by === user,
    ).length;
    const maybe = answers.filter(({ answer }) => answer === 'unsure' || answer === 'begun').length;
    if (events > yes + maybe) bad.push(`TOLD-NO: ${item.id} ${who}: ${events} events, ${yes} times yes`);
    if (yes > events) bad.push(`TOLD-YES: ${item.id} ${who}: ${yes} times, ${events} events`);
  }
  return bad;
}

/** Whoever was told that they have joined is in the list of those who are told the end. */
function checkJoined({ rows }: Story, item: RequestItem): readonly string[] {
  const others = [...rows.items.values()].filter(({ id }) => id !== item.id);
  return imagesOf(item).flatMap(([id, { failure, target }]) => {
    if (failure?.code !== 'joined') return [];
    const owner = others.find(
      ({ images, requester, watchers = [] }) =>
        Object.values(images).some((image) => image.target.repository === target.repository) &&
        (requester === item.requester || watchers.some(({ by }) => by === item.requester)),
    );
    return owner ? [] : [`JOINED: ${item.id}/${id} joined nobody`];
  });
}

function checkTags({ ecr }: Story, item: RequestItem): readonly string[] {
  const bad: string[] = [];
  for (const [id, image] of imagesOf(item)) {
    const tag = `${image.target.repository}:${image.target.tag}`;
    const holds = ecr.tags.get(tag);
    if (image.state === 'copied' && holds !== image.targetDigest)
      bad.push(`NOT-THERE: ${item.id}/${id} ${tag}`);
    const put = ecr.ledger.some((entry) => entry.tag === tag && entry.digest === image.targetDigest);
    if (image.state === 'failed' && image.taggingAt !== undefined && put)
      bad.push(`LIE: ${item.id}/${id} failed, but we put ${tag}`);
  }
  return bad;
}
