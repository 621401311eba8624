import { expect, test } from '@jest/globals';
import { matchList } from '../../../../worker/cli/adopt/match-list.ts';
import { readOldList } from '../../../../worker/cli/adopt/read-list.ts';
import { sampleConfig } from '../../../core/config/sample-config.ts';

const config = sampleConfig();
const [team] = config.teams;
if (!team) throw new Error('a team');

const matched = (line: string) => {
  const { images, unread } = matchList(config, team, readOldList(line));
  return [
    ...images.map(({ target }) => `${target.repository}:${target.tag}`),
    ...unread.map(({ why }) => why),
  ];
};

const ECR = 'dkr.ecr.eu-central-1.amazonaws.com';

test.each([
  ['with its host', `nginx:1.27 123456789012.${ECR}/base-images/nginx:1.27`],
  ['with its host, without a tag', `nginx:1.27 123456789012.${ECR}/base-images/nginx`],
  [
    'with its host of both IP versions',
    'nginx:1.27 123456789012.dkr-ecr.eu-central-1.on.aws/base-images/nginx',
  ],
  ['without a host', 'nginx:1.27 base-images/nginx'],
])('a target of ours is one %s', (_name, line) => {
  expect(matched(line)).toEqual(['base-images/nginx:1.27']);
});

test.each([
  ['another account', `210987654321.${ECR}/base-images/nginx`],
  ['another registry', 'registry.example/base-images/nginx'],
])('a target in %s is none of ours, and the line is listed', (_name, target) => {
  const [why, ...more] = matched(`nginx:1.27 ${target}`);
  expect(more).toEqual([]);
  expect(why).toContain(target);
});
