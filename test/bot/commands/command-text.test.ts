import { describe, expect, test } from '@jest/globals';
import { parseCommandText } from '../../../bot/commands/command-text.ts';

const image = { kind: 'mirror', source: 'nginx:1.21-alpine' };
const both = { ...image, target: 'base-images/nginx' };

describe('what people type and paste after /mirror', () => {
  test.each([
    ['nginx:1.21-alpine base-images/nginx', both],
    ['  nginx:1.21-alpine\t base-images/nginx \n', both],
    ['nginx:1.21-alpine\u00a0base-images/nginx', both],
    ['nginx:1.21-alpine', image],
    ['`nginx:1.21-alpine`', image],
    ['"nginx:1.21-alpine"', image],
    ['“nginx:1.21-alpine”', image],
    ['‘nginx:1.21-alpine’ base-images/nginx', both],
    ['nginx:1.21–alpine', image],
    ['nginx:1.21—alpine', image],
    ['nginx:1.21\u2011alpine', image],
    ['\u202anginx:1.21-alpine\u202c', image],
    ['nginx\u200b:1.21-alpine', image],
    ['nginx:1.21-alpine, base-images/nginx.', both],
    ['(nginx:1.21-alpine)', image],
    ['docker pull nginx:1.21-alpine', image],
    ['$ docker pull nginx:1.21-alpine', image],
    ['`docker pull nginx:1.21-alpine`', image],
    ['docker image pull nginx:1.21-alpine base-images/nginx', both],
    ['podman pull nginx:1.21-alpine', image],
    ['FROM nginx:1.21-alpine', image],
    ['image: nginx:1.21-alpine', image],
    ['nginx:1.21-alpine to base-images/nginx', both],
    ['nginx:1.21-alpine -> base-images/nginx', both],
    ['nginx:1.21-alpine -&gt; base-images/nginx', both],
    ['nginx:1.21-alpine → base-images/nginx', both],
    [
      '<http://docker.io|docker.io>/library/nginx:1.21',
      { kind: 'mirror', source: 'docker.io/library/nginx:1.21' },
    ],
    [
      '&lt;http://docker.io|docker.io&gt;/library/nginx:1.21',
      { kind: 'mirror', source: 'docker.io/library/nginx:1.21' },
    ],
    ['<https://hub.docker.com/_/nginx>', { kind: 'mirror', source: 'https://hub.docker.com/_/nginx' }],
    ['nginx@sha256:8f33', { kind: 'mirror', source: 'nginx@sha256:8f33' }],
    ['<mailto:nginx@sha256.io|nginx@sha256.io>', { kind: 'mirror', source: 'nginx@sha256.io' }],
    // `help` and `to` are names of images too.
    ['help base-images/help', { kind: 'mirror', source: 'help', target: 'base-images/help' }],
    ['to', { kind: 'mirror', source: 'to' }],
    ['nginx:1.21-alpine --platform linux/amd64', { ...image, platforms: ['linux/amd64'] }],
    [
      '--platform=linux/amd64,linux/arm64/v8 nginx:1.21-alpine base-images/nginx',
      { ...both, platforms: ['linux/amd64', 'linux/arm64'] },
    ],
    [
      'nginx:1.21-alpine —platform linux/x86_64 --platform linux/arm/v7',
      { ...image, platforms: ['linux/amd64', 'linux/arm/v7'] },
    ],
    [
      'nginx:1.21-alpine --platform arm',
      {
        kind: 'help',
        problem: '--platform takes linux/amd64 or linux/amd64,linux/arm64; arm is none.',
      },
    ],
    [
      'nginx:1.21-alpine --platform',
      {
        kind: 'help',
        problem: '--platform takes linux/amd64 or linux/amd64,linux/arm64; nothing follows.',
      },
    ],
    ['nginx:1.21-alpine --all', { kind: 'help', problem: '--all is no option of /mirror; --platform is.' }],
    ['', { kind: 'help' }],
    ['   ', { kind: 'help' }],
    ['``', { kind: 'help' }],
    ['help', { kind: 'help' }],
    ['HELP', { kind: 'help' }],
    [
      'nginx:1.21-alpine base-images/nginx please',
      { kind: 'help', problem: '/mirror takes a source and a target; please is one word too many.' },
    ],
  ])('%j', (text, meant) => {
    expect(parseCommandText(text)).toEqual(meant);
  });
});
