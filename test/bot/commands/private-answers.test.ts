import { describe, expect, test } from '@jest/globals';
import { ID_MIN_LETTERS, requestId, triggerHash } from '../../../core/request/id.ts';
import { newRequest } from '../../../core/request/new-request.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import { targetStore } from '../../../core/store/rows.ts';
import { person, seen, textOf } from '../../integration/person.ts';
import { type BoltStage, onBolt } from '../bolt-stage.ts';
import { operation } from '../faulty-dynamodb.ts';
import { answer } from '../notifier/slack-faults.ts';
import { sampleDigest } from '../../core/request/sample-request.ts';
import { sampleEntry, START } from '../sample.ts';

const last = async ({ whispers }: BoltStage['alice']) => (await whispers()).at(-1) ?? '';

/** More requests of Alice's, one a minute, beside the stage's own. */
async function putMore(stage: BoltStage, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const hash = triggerHash(`more ${n}`);
    await stage.requests.put(
      newRequest({
        id: requestId(hash, ID_MIN_LETTERS + 2),
        hash,
        workspace: stage.slack.team,
        requester: stage.slack.people.requester,
        channel: stage.slack.channels.mirror,
        team: 'default',
        entries: { '1': sampleEntry(`app${n}:1.0`, `base-images/app${n}`) },
        now: START + n * 60_000,
        timing: DEFAULT_TIMING,
      }),
    );
  }
}

describe('/mirror status, pending, mine, history and cancel answer only who asks', () => {
  test('a request from its offer to its end, with a link to its card; a guest sees their own requests only', () =>
    onBolt({}, async (stage) => {
      const { alice, bob, dave, id, slack } = stage;
      await stage.offer();
      await stage.notify();
      const [card] = await stage.cards();
      await alice.command(`/mirror status ${id.toLowerCase()}`);
      expect(await last(alice)).toMatch(/● waiting for <!subteam\^S01PLATFORM>/);
      expect(await last(alice)).toContain(
        `archives/${slack.channels.mirror}/p${card?.ts.replace('.', '')}|${id}>`,
      );
      expect(await last(alice)).toContain('Cancel request');
      await dave.command(`/mirror status ${id}`);
      expect(await last(dave)).not.toContain('Cancel request');

      const erin = person(slack, slack.people.guest);
      for (const text of ['/mirror pending', `/mirror status ${id}`, '/mirror history base-images/nginx']) {
        await erin.command(text);
        expect(await last(erin)).toMatch(/Only full members of this workspace/);
      }
      await erin.command('/mirror mine');
      expect(await last(erin)).toMatch(/You have not asked/);

      await bob.command('/mirror pending');
      expect(await last(bob)).toMatch(/^1 request waits for approval, 1 of them for you\./);
      await dave.command('/mirror pending');
      expect(await last(dave)).toMatch(/^1 request waits for approval\./);

      await stage.finish();
      await dave.command('/mirror pending');
      expect(await last(dave)).toBe('Nothing waits for approval.');
      await alice.command(`/mirror status ${id}`);
      expect(await last(alice)).toMatch(/✓ in ECR/);
      expect(await last(alice)).toMatch(/docker pull ecr\.example\/base-images\/nginx@sha256:/);
      expect(await last(alice)).toMatch(/approved by <@U01BOB00001>/);
      expect(await last(alice)).not.toContain('Cancel request');
      await alice.command('/mirror mine');
      expect(await last(alice)).toMatch(/^Your requests, newest first\.\n.*nginx:1\.21-alpine.*✓ in ECR/);
      await dave.command('/mirror mine');
      expect(await last(dave)).toMatch(/You have not asked for an image yet/);
      // Nothing of it was seen by anybody else.
      expect((await stage.transcript()).messages.filter(({ user }) => user === slack.botUser)).toHaveLength(
        1,
      );
    }));

  test('a long list comes page by page in the place of the page before; mistakes and silence are told', () =>
    onBolt({}, async (stage) => {
      const { alice } = stage;
      await putMore(stage, 10);
      await alice.command('/mirror mine');
      const page = (await stage.transcript()).ephemerals.at(-1);
      expect(textOf(page ?? { text: '', blocks: [] })).toMatch(/app9:1\.0[\s\S]*app2:1\.0/);
      await alice.click(page ?? { ts: '' }, 'older');
      const next = await seen(stage.slack, async () => {
        const { ephemerals } = await stage.transcript();
        const text = textOf(ephemerals[0] ?? { text: '', blocks: [] });
        return ephemerals.length === 1 && text.includes('app1:1.0') ? text : undefined;
      });
      expect(next).toMatch(/app1:1\.0[\s\S]*app0:1\.0/);
      expect(next).not.toContain('Older');

      // What is mistyped, unknown or asked about is answered with what can be typed.
      const answers: readonly [string, RegExp][] = [
        ['/mirror pendign', /There is no pendign.*\n.*\n```\/mirror pending```/],
        [
          '/mirror status',
          /status needs a request or a repository\.\nProbably meant:\n```\/mirror status M-7F3K```/,
        ],
        ['/mirror status M-ZZZZ', /There is no request M-ZZZZ here/],
        ['/mirror cancel M-ZZZZ', /There is no request M-ZZZZ here/],
        ['/mirror help', /\/mirror pending\s+what waits for approval/],
        ['/mirror help cancel', /Until the tag is put in ECR/],
      ];
      for (const [text, says] of answers) {
        await alice.command(text);
        expect(await last(alice)).toMatch(says);
      }

      // A database that does not answer is said so within Slack's 3 s.
      stage.database.add({ kind: 'cut', match: operation('Query'), times: 9 });
      await alice.command('/mirror mine');
      expect(await last(alice)).toMatch(/database did not answer in time/);
    }));

  test('what stands in a repository and what came into it, with who asked and who approved', () =>
    onBolt({}, async (stage) => {
      const { alice, dynamo, id } = stage;
      await stage.offer();
      const targets = targetStore(dynamo);
      const { target } = sampleEntry();
      // Who is about to write a tag is told as long as they really are.
      await targets.take(target, 0, { request: id, image: '1', digest: sampleDigest('b') });
      await alice.command('/mirror status base-images/nginx');
      expect(await last(alice)).toMatch(/not in ECR by Mirror yet\n● waiting for/);
      await stage.finish();
      await alice.command('/mirror status base-images/nginx');
      expect(await last(alice)).not.toContain('✓ in ECR');
      const copy = { sourceDigest: sampleDigest('a'), targetDigest: sampleDigest('b'), request: id };
      await targets.setCurrent(target, { ...copy, copiedAt: START });
      await targets.setCurrent(
        { ...target, tag: '1.20' },
        { ...copy, request: 'M-G0NE', copiedAt: START - 1 },
      );
      await alice.command('/mirror status base-images/nginx');
      expect(await last(alice)).toMatch(/\*base-images\/nginx\*: 2 tags by Mirror/);
      expect(await last(alice)).toMatch(/\*1\.21-alpine\* in prod · `sha256:.{4}….{4}` since/);
      await alice.command('/mirror history base-images/nginx');
      expect(await last(alice)).toMatch(
        /\*1\.21-alpine\* in prod.*asked by <@U01ALICE001>, approved by <@U01BOB00001> \(.*\n.*\*1\.20\*.*\(M-G0NE\)/,
      );
      await alice.command('/mirror history base-images/nginx:1.20');
      expect(await last(alice)).toMatch(/1 copy, newest first/);
      await alice.command('/mirror status nginx');
      expect(await last(alice)).toMatch(/Nothing came into nginx by Mirror/);
      await alice.command('/mirror history base-images/other');
      expect(await last(alice)).toMatch(/Nothing came into base-images\/other by Mirror/);
      await alice.command('/mirror status Not_A_Repository');
      expect(await last(alice)).toMatch(/is no request and no repository/);
    }));

  test('the requester cancels with a reason, which the thread tells', () =>
    onBolt({}, async (stage) => {
      const { alice, dave, id } = stage;
      await stage.offer();
      await stage.notify();
      await dave.command(`/mirror cancel ${id}`);
      expect(await last(dave)).toMatch(/Only <@U01ALICE001> and those who may decide it can cancel/);
      await alice.command(`/mirror cancel ${id} it was the wrong tag`);
      expect(await last(alice)).toMatch(/is cancelled: .*nginx:1\.21-alpine/);
      expect(await stage.item()).toMatchObject({
        state: 'finished',
        images: { '1': { state: 'cancelled' } },
        events: [{}, { type: 'cancelled', reason: 'it was the wrong tag' }, {}],
      });
      await stage.notify();
      const [card] = await stage.cards();
      expect(card?.replies.map(textOf).join('\n')).toMatch(
        /Cancelled by <@U01ALICE001>.*\nit was the wrong tag/,
      );
      await alice.command(`/mirror cancel ${id}`);
      expect(await last(alice)).toMatch(/too late to cancel/);
    }));

  test('groups that Slack does not tell leave the list unmarked, and the requester cancels by a button', () =>
    onBolt({}, async (stage) => {
      const { alice, bob, id } = stage;
      await stage.offer();
      stage.slack.faults.add(answer('usergroups.users.list', 'fatal_error'));
      await bob.command('/mirror pending');
      expect(await last(bob)).toMatch(/^1 request waits for approval\.[\s\S]*not marked/);
      await alice.command(`/mirror status ${id}`);
      const said = (await stage.transcript()).ephemerals.at(-1) ?? { ts: '' };
      await alice.click(said, 'cancel_request');
      expect(await last(alice)).toMatch(/is cancelled/);
      await bob.command(`/mirror cancel ${id}`);
      expect(await last(bob)).toMatch(/too late/);
    }));
});
