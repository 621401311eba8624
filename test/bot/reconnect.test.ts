import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { onBolt } from './bolt-stage.ts';

test('a call that Slack does not answer while the app connects anew does not end it: it comes back', () =>
  onBolt({ ackDeadlineMs: 20_000 }, async ({ alice, slack, workRings }) => {
    const opens = (request: IncomingMessage): boolean =>
      request.url?.endsWith('apps.connections.open') === true;
    slack.faults.add({ kind: 'cut', times: 2, match: opens });
    slack.refreshSockets();
    await slack.disconnected();
    await slack.connected();
    expect(await alice.command('/mirror nginx:1.21-alpine base-images/again')).toMatchObject({ ok: true });
    expect(workRings).toHaveLength(1);
  }));
