import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../../core/config/parse.ts';
import {
  channelOfSchedule,
  readScheduledImage,
  schedulesFor,
  teamOfSchedule,
} from '../../../core/config/schedules.ts';
import { sampleTarget } from '../request/sample-request.ts';
import { LEAST, sampleConfig } from './sample-config.ts';

const weekly = { name: 'weekly', cron: '0 2 * * 1', tracked: 'base-images' };

describe('what is wrong with a schedule is told with its place', () => {
  test.each([
    ['two of one name', [weekly, weekly], 'schedules[1]: weekly is there twice'],
    [
      'a cron of six fields',
      [{ ...weekly, cron: '0 0 2 * * 1' }],
      'schedules[0].cron: five fields are expected',
    ],
    [
      'a time zone that is none',
      [{ ...weekly, timeZone: 'Berlin' }],
      'schedules[0].timeZone: a time zone of the IANA',
    ],
    [
      'nothing to look at',
      [{ name: 'idle', cron: '0 2 * * 1' }],
      'schedules[0]: schedule idle looks at nothing',
    ],
    ['a team that is not there', [{ ...weekly, team: 'shop' }], 'schedules[0].team: there is no team shop'],
    [
      'an image by digest',
      [{ ...weekly, images: [`nginx@sha256:${'a'.repeat(64)}`] }],
      'schedules[0].images[0]: nginx@sha256:',
    ],
    [
      "another team's prefix",
      [{ ...weekly, images: ['nginx:1.27 shop/nginx'] }],
      'schedules[0].images[0]: shop/nginx',
    ],
    [
      'a source that is not allowed',
      [{ ...weekly, images: ['evil.example/x:1'] }],
      'evil.example is not among the sources',
    ],
    [
      'a rule that says nothing of the tags',
      [{ ...weekly, tags: [{ source: 'nginx' }] }],
      'schedules[0].tags[0]: it says nothing',
    ],
  ])('%s', (_name, schedules, says) => {
    const result = parseConfig(JSON.stringify({ ...LEAST, schedules }));
    const problems = result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
    expect(problems.join('\n')).toContain(says);
  });
});

describe('a schedule', () => {
  const config = sampleConfig({
    teams: [
      { id: 'default', prefixes: ['base-images'], approvers: {} },
      { id: 'shop', prefixes: ['shop'], approvers: {} },
    ],
    schedules: [
      weekly,
      {
        name: 'shop',
        cron: '0 3 * * *',
        team: 'shop',
        channel: 'C0SHOP',
        images: ['nginx:1.27-alpine shop/nginx'],
      },
    ],
  });
  const [first, second] = config.schedules;
  if (!first || !second) throw new Error('two schedules');

  test('is of its team, else of the default one, and speaks in its channel, else in the default one', () => {
    expect([teamOfSchedule(config, first)?.id, channelOfSchedule(config, first)]).toEqual([
      'default',
      'C0GENERAL',
    ]);
    expect([teamOfSchedule(config, second)?.id, channelOfSchedule(config, second)]).toEqual([
      'shop',
      'C0SHOP',
    ]);
  });

  test('reads a line as one would type it', () => {
    const [team] = config.teams;
    if (!team) throw new Error('a team');
    expect(readScheduledImage(config, team, 'nginx:1.27-alpine')).toMatchObject({
      ok: true,
      image: { target: { repository: 'base-images/nginx', tag: '1.27-alpine' } },
    });
  });

  test.each([
    ['below its prefix', 'base-images/nginx', '1.0', ['weekly']],
    ['not beside it', 'base-images-old/nginx', '1.0', []],
    ['that it names', 'shop/nginx', '1.27-alpine', ['shop']],
    ['another tag of what it names', 'shop/nginx', '1.28', []],
  ])('looks at a target %s', (_name, repository, tag, names) => {
    expect(schedulesFor(config, sampleTarget(repository, tag)).map(({ name }) => name)).toEqual(names);
  });
});
