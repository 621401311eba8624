import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Denial } from '../../local/ecr/policy.ts';
import { LOCAL_ACCESS_KEY_ID } from '../../local/ecr/start.ts';
import { cards, textOf } from './person.ts';
import { approve, ask, cardOf, itemOf, settled, type Stage, startStage, threadOf, told } from './stage.ts';

/** What the worker's role may not do: told with the action and the role of AWS's own sentence, and mended by Retry. */
let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => {
  for (const action of denied.splice(0)) stage.local.ecr.admin.allow(LOCAL_ACCESS_KEY_ID, action);
});
afterAll(() => stage.close());

const denied: string[] = [];
function deny(denial: Denial): void {
  denied.push(denial.action);
  stage.local.ecr.admin.deny(LOCAL_ACCESS_KEY_ID, denial);
}
const allow = (action: string): void => stage.local.ecr.admin.allow(LOCAL_ACCESS_KEY_ID, action);

let count = 0;
async function approved(): Promise<{ readonly id: string; readonly repository: string }> {
  count += 1;
  const repository = `base-images/right-${count}`;
  const id = await ask(stage, `/mirror redis:6.2 ${repository}`);
  await approve(stage, id);
  return { id, repository };
}
const failedReply = async (id: string) => {
  const card = await threadOf(stage, id, '✕');
  const reply = card.replies.find((each) => textOf(each).includes('✕'));
  if (!reply) throw new Error('nothing failed');
  return reply;
};

describe.each([
  ['ecr:GetAuthorizationToken', '*'],
  ['ecr:BatchCheckLayerAvailability', undefined],
  ['ecr:InitiateLayerUpload', undefined],
  ['ecr:UploadLayerPart', undefined],
  ['ecr:CompleteLayerUpload', undefined],
  ['ecr:PutImage', undefined],
])('without %s', (action, resource) => {
  test('the thread names action and role, nothing is tagged, and Retry works once it is allowed', async () => {
    const { admin } = stage.local.ecr;
    if (action === 'ecr:GetAuthorizationToken') admin.expireTokens();
    deny({ action });
    const { id, repository } = await approved();
    const reply = await failedReply(id);
    const text = textOf(reply);
    expect(text).toContain(
      `redis:6.2 was not copied. The role mirror-worker may not ${action} on ${resource ?? repository}`,
    );
    expect(text).toContain('no identity policy allows it');
    expect(text).toContain('Whoever runs the AWS account adds the permission');
    expect(text).toContain('Retry');
    // The account's number stands in AWS's sentence, not in the channel.
    expect(text).not.toContain('123456789012');
    expect(admin.tags(repository).size).toBe(0);
    expect(await settled(stage, id)).toMatchObject({
      state: 'finished',
      images: { 1: { state: 'failed', attempt: 1 } },
    });
    expect(textOf(await cardOf(stage, id, 'not copied'))).not.toMatch(/^Approve$/m);

    allow(action);
    await stage.dave.click(reply, 'retry');
    expect((await itemOf(stage, id)).state).toBe('finished');
    await stage.alice.click(reply, 'retry');
    await threadOf(stage, id, 'In ECR');
    const item = await settled(stage, id);
    expect(item.images['1']).toMatchObject({ state: 'copied' });
    expect(item.events.map(({ type }) => type)).toEqual([
      'offered',
      'approved',
      'failed',
      'finished',
      'retried',
      'copied',
      'scanned',
      'finished',
    ]);
    expect(admin.tags(repository).get('6.2')).toBe(stage.hub.digestOf('library/redis', '6.2'));
  });
});

test('an explicit deny of the organization is told as one', async () => {
  deny({ action: 'ecr:PutImage', reason: 'deny' });
  const { id } = await approved();
  expect(textOf(await failedReply(id))).toContain('a policy denies it explicitly');
  allow('ecr:PutImage');
});

test('a connection that ECR cuts at the upload, as it does for a missing right, is told with what it can mean', async () => {
  deny({ action: 'ecr:InitiateLayerUpload', eof: true });
  const { id, repository } = await approved();
  const reply = await failedReply(id);
  expect(textOf(reply)).toContain(
    `Probably the worker's role may not ecr:InitiateLayerUpload on ${repository} (ECR cut the connection`,
  );
  expect(textOf(reply)).not.toContain('ecr:CreateRepository');
  allow('ecr:InitiateLayerUpload');
  await stage.alice.click(reply, 'retry');
  expect((await settled(stage, id)).images['1']?.state).toBe('copied');
});

test('a repository that is not there and may not be created: where it is missing, and who creates it', async () => {
  deny({ action: 'ecr:CreateRepository' });
  const { id, repository } = await approved();
  const reply = await failedReply(id);
  const text = textOf(reply);
  expect(text).toContain(
    `Repository ${repository} does not exist in account 123456789012, Region eu-central-1`,
  );
  expect(text).toMatch(/[Tt]he role mirror-worker may not ecr:CreateRepository/);
  expect(text).toContain('creates it (immutable tags, scan on push) or adds the permission');
  allow('ecr:CreateRepository');
  await stage.bob.click(reply, 'retry');
  await threadOf(stage, id, 'In ECR');
});

test('without the right to look, the requester is told before anybody is asked, with the command for later', async () => {
  const before = (await cards(stage.slack)).length;
  await approvedAndDone();
  deny({ action: 'ecr:DescribeImages' });
  const id = await ask(stage, '/mirror nginx:1.21-alpine base-images/looked');
  const line = await told(stage, 'ecr:DescribeImages');
  allow('ecr:DescribeImages');
  expect(line).toContain('The role mirror-worker may not ecr:DescribeImages on base-images/looked');
  expect(line).toContain('/mirror nginx:1.21-alpine base-images/looked');
  expect((await settled(stage, id)).state).toBe('refused');
  expect(await cards(stage.slack)).toHaveLength(before + 1);
});

test('without the right to read findings, the thread says which right is missing instead of findings', async () => {
  deny({ action: 'ecr:DescribeImageScanFindings' });
  const { id } = await approved();
  const card = await threadOf(stage, id, 'ecr:DescribeImageScanFindings');
  expect(card.replies.map(textOf).join('\n')).toContain('No scan findings');
  allow('ecr:DescribeImageScanFindings');
});

async function approvedAndDone(): Promise<void> {
  const { id } = await approved();
  await settled(stage, id);
}
