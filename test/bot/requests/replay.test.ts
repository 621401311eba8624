import { expect, test } from '@jest/globals';
import { putRequest } from '../../../bot/requests/put-request.ts';
import { onBolt } from '../bolt-stage.ts';
import { operation } from '../faulty-dynamodb.ts';
import { sampleEntry } from '../sample.ts';

test('a command that Slack sends again meets its own request, also where the first answer was lost', () =>
  onBolt({}, async ({ bot, database, slack }) => {
    const [team] = bot.config.teams;
    if (!team) throw new Error('no team');
    const asked = {
      workspace: slack.team,
      user: slack.people.requester,
      channel: slack.channels.mirror,
      trigger: '13345224609.738474920.8088930838d88f008e0',
      team,
      entries: { '1': sampleEntry() },
    };
    database.add({ kind: 'lost', match: operation('PutItem') });
    await putRequest(bot, asked).catch(() => {});
    const first = await putRequest(bot, asked);
    const again = await putRequest(bot, asked);
    expect(again).toEqual(first);
    const other = await putRequest(bot, { ...asked, trigger: 'another one' });
    expect(other.id).not.toBe(first.id);
  }));
