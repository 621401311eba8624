import { describe, expect, test } from '@jest/globals';
import { readSubcommand } from '../../../bot/commands/subcommand.ts';

const mirror = (text: string) => ({ kind: 'mirror', text });

describe('the first word behind /mirror', () => {
  test.each<[string, object]>([
    ['', { kind: 'form' }],
    ['  \u200b ', { kind: 'form' }],
    ['help', { kind: 'help' }],
    ['HELP', { kind: 'help' }],
    ['?', { kind: 'help' }],
    ['—help', { kind: 'help' }],
    ['help status', { kind: 'help', topic: 'status' }],
    ['help Approve', { kind: 'help', topic: 'approve' }],
    ['help something', { kind: 'help' }],
    ['pending', { kind: 'pending' }],
    ['waiting', { kind: 'pending' }],
    ['`mine`', { kind: 'mine' }],
    ['status M-7F3K', { kind: 'status', of: 'M-7F3K' }],
    ['status m-7f3k.', { kind: 'status', of: 'm-7f3k' }],
    ['status base-images/nginx:1.21', { kind: 'status', of: 'base-images/nginx:1.21' }],
    ['history base-images/nginx', { kind: 'history', of: 'base-images/nginx' }],
    ['cancel m-7f3k', { kind: 'cancel', id: 'M-7F3K' }],
    ['cancel M-7F3K the wrong  tag', { kind: 'cancel', id: 'M-7F3K', reason: 'the wrong  tag' }],
    ['schedules', { kind: 'schedules' }],
    ['schedule', { kind: 'schedules' }],
    ['track nginx:1 base-images/nginx', { kind: 'track', of: 'nginx:1', target: 'base-images/nginx' }],
    ['untrack base-images/nginx:1', { kind: 'untrack', of: 'base-images/nginx:1' }],
    ['list', { kind: 'list', text: '' }],
    ['list\nnginx:1\nredis:7', { kind: 'list', text: 'nginx:1\nredis:7' }],
    ['nginx:1.27-alpine', mirror('nginx:1.27-alpine')],
    ['nginx', mirror('nginx')],
    ['FROM nginx:1.27', mirror('FROM nginx:1.27')],
    // Names of images too: a target behind them says so.
    ['help base-images/help', mirror('help base-images/help')],
    ['mine base-images/mine', mirror('mine base-images/mine')],
    ['pending base-images/pending', mirror('pending base-images/pending')],
    ['cancel base-images/cancel', mirror('cancel base-images/cancel')],
    ['status:latest', mirror('status:latest')],
    ['library/status', mirror('library/status')],
  ])('%j', (text, meant) => {
    expect(readSubcommand(text)).toEqual(meant);
  });
});

describe('what is mistyped or lacks something', () => {
  test.each([
    ['pendign', '/mirror pending'],
    ['stauts M-7F3K', '/mirror status M-7F3K'],
    ['histroy base-images/nginx', '/mirror history base-images/nginx'],
    ['hlep', '/mirror help'],
    ['cancle M-7F3K', '/mirror cancel M-7F3K'],
    ['status', '/mirror status M-7F3K'],
    ['history', '/mirror history base-images/nginx'],
    ['status M-7F3K now', '/mirror status M-7F3K'],
    ['pending all', '/mirror pending'],
    ['cancel', '/mirror cancel M-7F3K'],
    ['cancel it', '/mirror cancel M-7F3K'],
    ['track', '/mirror track nginx:1.27-alpine base-images/nginx'],
    ['track a b c', '/mirror track a b'],
  ])('%j probably means %j', (text, meant) => {
    const read = readSubcommand(text);
    expect(read).toMatchObject({ kind: 'wrong', meant });
  });

  test('says how an image of that name is asked for', () => {
    expect(readSubcommand('helm')).toMatchObject({ problem: expect.stringContaining('/mirror helm:latest') });
    expect(readSubcommand('helm:latest')).toEqual(mirror('helm:latest'));
  });

  // The names of Docker Hub's official images, as far as they are bare words.
  test.each([
    ...[
      'alpine',
      'bash',
      'busybox',
      'caddy',
      'cassandra',
      'centos',
      'chronograf',
      'clojure',
      'composer',
      'consul',
    ],
    ...[
      'couchdb',
      'crate',
      'dart',
      'debian',
      'docker',
      'drupal',
      'eggdrop',
      'elixir',
      'erlang',
      'fedora',
      'flink',
    ],
    ...[
      'gazebo',
      'ghost',
      'golang',
      'gradle',
      'groovy',
      'haproxy',
      'haskell',
      'httpd',
      'hylang',
      'influxdb',
      'jetty',
    ],
    ...[
      'joomla',
      'julia',
      'kapacitor',
      'kibana',
      'kong',
      'logstash',
      'mariadb',
      'maven',
      'mediawiki',
      'memcached',
    ],
    ...[
      'mongo',
      'monica',
      'mysql',
      'nats',
      'neo4j',
      'nextcloud',
      'nginx',
      'node',
      'odoo',
      'percona',
      'perl',
      'php',
    ],
    ...[
      'phpmyadmin',
      'plone',
      'postfixadmin',
      'postgres',
      'pypy',
      'python',
      'rabbitmq',
      'rakudo',
      'redis',
      'redmine',
    ],
    ...[
      'registry',
      'rethinkdb',
      'ruby',
      'rust',
      'satosa',
      'scratch',
      'silverpeas',
      'solr',
      'sonarqube',
      'spark',
    ],
    ...[
      'storm',
      'swift',
      'telegraf',
      'tomcat',
      'tomee',
      'traefik',
      'ubuntu',
      'unit',
      'varnish',
      'wordpress',
      'xwiki',
    ],
    ...[
      'yourls',
      'znc',
      'zookeeper',
      'vault',
      'nuxeo',
      'opensuse',
      'photon',
      'sapmachine',
      'bonita',
      'buildpack',
    ],
  ])('%s is an image', (name) => {
    expect(readSubcommand(name)).toEqual(mirror(name));
  });
});
