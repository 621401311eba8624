import { expect, test } from '@jest/globals';
import { onBolt } from '../bolt-stage.ts';
import { api } from '../notifier/slack-faults.ts';

const last = async ({ whispers }: { whispers(): Promise<readonly string[]> }) =>
  (await whispers()).at(-1) ?? '';

test('Slack limits or garbles what is asked before a click is answered: it is answered at once, and nobody is let through', () =>
  onBolt({}, async (stage) => {
    const { bob, slack } = stage;
    await stage.offer();
    await stage.notify();
    const [card] = await stage.cards();
    // Half a minute is ten times what an acknowledgement may take: waiting for it would fail the click.
    const limited = { kind: 'status', status: 429, headers: { 'retry-after': '30' } } as const;
    // A proxy's page: status 200, and no answer of Slack.
    const page = {
      kind: 'status',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>ok</html>',
    } as const;
    const no = {
      kind: 'status',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"ok":false}',
    } as const;
    for (const [n, fault] of [limited, page, no].entries()) {
      slack.faults.add({ ...fault, match: api('users.info') });
      expect(await bob.click(card ?? { ts: '' }, 'approve')).toEqual({ ok: true });
      expect(slack.faults.hits).toBe(n + 1);
      expect(await last(bob)).toMatch(
        /Slack did not say whether you may decide this, so nothing was changed/,
      );
      expect(await stage.item()).toMatchObject({ images: { '1': { state: 'ready', approvals: [] } } });
    }
    await bob.click(card ?? { ts: '' }, 'approve');
    expect(await stage.item()).toMatchObject({ images: { '1': { state: 'queued' } } });
  }));
