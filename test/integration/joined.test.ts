import { afterEach, expect, test } from '@jest/globals';
import { seen, textOf, theWhisper, transcript } from './person.ts';
import { approve, ask, cardOf, dialog, settled, type Stage, startStage, threadOf } from './stage.ts';

let stage: Stage | undefined;
afterEach(() => stage?.close());

const COMMAND = '/mirror nginx:1.21-alpine base-images/nginx';

/** What the bot says to Carol alone, in their direct messages. */
function directly({ slack }: Stage, says: string): Promise<string> {
  const channel = `D${slack.people.approver2.slice(1)}`;
  return seen(slack, async () => {
    const { messages } = await transcript(slack, channel).catch(() => ({ messages: [] }));
    return messages.map(textOf).find((text) => text.includes(says));
  });
}

/** Carol has joined what was asked for before her. */
async function joined() {
  const here = await startStage();
  stage = here;
  const id = await ask(here, COMMAND);
  const card = await cardOf(here, id, 'waiting for');
  await here.carol.command(COMMAND);
  await theWhisper(here.slack, here.carol, 'you have joined it');
  return { here, id, card };
}

test('who asks for the same image while it waits joins, and is told directly when it is in ECR; nobody decides twice', async () => {
  const { here, id } = await joined();
  await approve(here, id);
  await threadOf(here, id, 'Scan of');
  const said = await directly(here, 'which you had asked for too, is in ECR');
  expect(said).toContain(`(${id} in`);
  expect(said).toContain('docker pull ');
  const item = await settled(here, id);
  expect(item.watchers).toHaveLength(1);
  // One card for both.
  const { messages } = await transcript(here.slack);
  expect(messages.filter(({ user }) => user === here.slack.botUser)).toHaveLength(1);
});

test('who has joined a request that is denied is told so, with the reason and what to do', async () => {
  const { here, id, card } = await joined();
  const view = await dialog(here, here.bob, card, 'deny');
  const input = view.blocks.map((block) => block['element']).find((each) => each !== undefined);
  const field = String(Reflect.get(Object(input), 'action_id'));
  await here.bob.submit(view.id, { [field]: 'use 1.27' });
  expect(await directly(here, 'which you had asked for too')).toMatch(/denied(?:.|\n)*use 1\.27/);
  await settled(here, id);
});
