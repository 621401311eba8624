import { expect, test } from '@jest/globals';
import { renderRest } from '../../../bot/messages/list-rest.ts';
import { BOB, sampleImage } from '../sample.ts';
import { expectSayable, read } from './checked.ts';
import { sampleList } from './sample-list.ts';

test('who approves a list in which some images are other people’s reads how many, and whose', () => {
  const { rule } = sampleImage();
  if (!rule) throw new Error('sample');
  const dev = { ...rule, name: 'dev', approvers: { users: [BOB], userGroups: [] } };
  const item = sampleList(5, (n) => (n > 3 ? { rule: dev } : {}));
  const message = renderRest(item, ['1', '2', '3']);
  if (!message) throw new Error('nothing is said');
  expectSayable(message);
  expect(read(message)).toBe(
    'You approved 3 of 5 waiting images. The other 2 wait for <@U01BOB00001> (rule dev).',
  );
  expect(renderRest(item, ['1', '2', '3', '4', '5'])).toBeUndefined();
});
