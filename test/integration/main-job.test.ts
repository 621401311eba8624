import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Local, startLocal } from '../../local/start.ts';
import { person, repliesOf, textOf, theCard, theThread } from './person.ts';
import { quiet } from './quiet.ts';

describe('the main job, from the command to the findings', () => {
  let local: Local;
  beforeAll(async () => {
    local = await startLocal({ page: false, log: quiet });
  });
  afterAll(() => local.close());

  test('an approved image stands in ECR with the digest that Docker Hub has, and the thread tells it', async () => {
    const { ecr, slack, upstream } = local;
    const alice = person(slack, slack.people.requester);
    const bob = person(slack, slack.people.approver);

    expect(await alice.command('/mirror nginx:1.21-alpine base-images/nginx')).toMatchObject({ ok: true });
    expect((await alice.whispers()).at(-1)).toMatch(/Looking up `nginx:1\.21-alpine`/);
    const card = await theCard(slack, 'waiting for');
    expect(await bob.click(card, 'approve')).toMatchObject({ ok: true });

    const done = await theThread(slack, 'Scan of');
    const digest = upstream?.digestOf('library/nginx', '1.21-alpine');
    expect(ecr.admin.tags('base-images/nginx').get('1.21-alpine')).toBe(digest);
    const [approved, copied, scanned] = repliesOf(done);
    expect(approved).toBe(`Approved by <@${slack.people.approver}>.\nFor <@${slack.people.requester}>`);
    expect(copied).toContain(`${ecr.registryHost}/base-images/nginx@${digest}`);
    expect(scanned).toMatch(/Scan of linux\/amd64/);
    expect(done.replies).toHaveLength(3);
    expect(textOf(await theCard(slack, '✓ in ECR'))).not.toContain('undefined');
  });
});
