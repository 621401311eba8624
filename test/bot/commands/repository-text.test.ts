import { expect, test } from '@jest/globals';
import { parseRepositoryText } from '../../../bot/commands/repository-text.ts';

test.each<[string, object | undefined]>([
  ['base-images/nginx', { repository: 'base-images/nginx' }],
  ['base-images/nginx:1.21-alpine', { repository: 'base-images/nginx', tag: '1.21-alpine' }],
  ['`base-images/nginx`', { repository: 'base-images/nginx' }],
  [
    '123456789012.dkr.ecr.eu-central-1.amazonaws.com/base-images/nginx:1.21',
    { repository: 'base-images/nginx', tag: '1.21' },
  ],
  [
    `123456789012.dkr-ecr.eu-central-1.on.aws/base-images/nginx@sha256:${'ab'.repeat(32)}`,
    { repository: 'base-images/nginx' },
  ],
  ['nginx', { repository: 'nginx' }],
  ['Base/nginx', undefined],
  ['base-images/nginx:', undefined],
  ['base-images/nginx:-x', undefined],
  ['../../etc', undefined],
  ['<!channel>', undefined],
  ['', undefined],
])('%j is the repository %j', (text, named) => {
  expect(parseRepositoryText(text)).toEqual(named);
});
