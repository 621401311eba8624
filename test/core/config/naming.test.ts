import { describe, expect, test } from '@jest/globals';
import fc from '../../properties.ts';
import { parseCommandText } from '../../../bot/commands/command-text.ts';
import { matchesPattern, targetOf, teamOf } from '../../../core/config/naming.ts';
import type { Config, ConfigInput } from '../../../core/config/schema.ts';
import { parseReference } from '../../../core/oci/reference.ts';
import { sampleDigest, sampleSource } from '../request/sample-request.ts';
import { LEAST, sampleConfig } from './sample-config.ts';

const approvers = { userGroups: ['S0SEC'] };
const teams: ConfigInput['teams'] = [
  { id: 'default', prefixes: ['base-images', 'tools'], approvers },
  { id: 'payments', channels: ['C0PAY'], prefixes: ['payments/'], approvers },
];
const config = sampleConfig({ teams });

function ask(source: string, text: string | undefined, given: Config = config, channel = 'C0GENERAL') {
  const team = teamOf(given, channel);
  if (!team) throw new Error('no team');
  return targetOf(given, { team, source: sampleSource(source), text });
}
function asked(source: string, text: string | undefined, given?: Config, channel?: string): string {
  const result = ask(source, text, given, channel);
  if (result.ok) return `${result.target.repository}:${result.target.tag}`;
  return [result.failure.code, result.failure.command].join(' ');
}

test('a request is of the team of its channel, else of the default team, else of the first', () => {
  expect([teamOf(config, 'C0PAY')?.id, teamOf(config, 'C0ELSE')?.id]).toEqual(['payments', 'default']);
  const only = sampleConfig({ teams: [{ id: 'payments', prefixes: ['payments'], approvers }] });
  expect(teamOf(only, 'C0ELSE')?.id).toBe('payments');
});

describe('a target', () => {
  test.each<[string, string | undefined, string]>([
    ['nginx:1.21', undefined, 'base-images/nginx:1.21'],
    ['nginx', undefined, 'base-images/nginx:latest'],
    ['ghcr.io/org/deep/app:1', undefined, 'base-images/app:1'],
    ['nginx:1.21', 'base-images/web', 'base-images/web:1.21'],
    ['nginx:1.21', 'base-images/web:stable', 'base-images/web:stable'],
    ['nginx:1.21', 'tools/nginx', 'tools/nginx:1.21'],
    ['nginx:1.21', 'base-images/a/b', 'base-images/a/b:1.21'],
  ])('of %s written as %s is %s', (source, text, expected) => {
    expect(asked(source, text)).toBe(expected);
  });

  test('of an image asked for by digest alone is tagged with the digest, never latest', () => {
    const digest = sampleDigest('index');
    expect(asked(`nginx@${digest}`, undefined)).toBe(`base-images/nginx:${digest.slice(7, 19)}`);
    expect(asked(`nginx:1.21@${digest}`, undefined)).toBe('base-images/nginx:1.21');
  });

  test('stands in the first destination', () => {
    const result = ask('nginx:1.21', undefined);
    expect(result).toMatchObject({
      target: { destination: 'prod', account: '123456789012', region: 'eu-central-1' },
    });
  });

  test('a prefix may be written with a slash at its end', () => {
    expect(asked('nginx:1.21', undefined, config, 'C0PAY')).toBe('payments/nginx:1.21');
    expect(asked('nginx:1.21', 'x/nginx', config, 'C0PAY')).toBe(
      'outsidePrefix /mirror nginx:1.21 payments/nginx',
    );
  });
});

describe('what is refused comes with a command that is taken', () => {
  test.each<[string, string | undefined, string]>([
    ['nginx:1.21', 'payments/nginx', 'outsidePrefix /mirror nginx:1.21 base-images/nginx'],
    ['nginx:1.21', 'payments/web:2', 'outsidePrefix /mirror nginx:1.21 base-images/web:2'],
    ['nginx:1.21', 'nginx', 'outsidePrefix /mirror nginx:1.21 base-images/nginx'],
    ['nginx:1.21', 'base-imagesx/nginx', 'outsidePrefix /mirror nginx:1.21 base-images/nginx'],
    ['nginx:1.21', 'base-images', 'outsidePattern /mirror nginx:1.21 base-images/nginx'],
    ['nginx:1.21', 'Base-Images/Nginx', 'badRepositoryName /mirror nginx:1.21 base-images/nginx'],
    ['nginx:1.21', 'base-images/Ngi nx', 'badRepositoryName /mirror nginx:1.21 base-images/ngi-nx'],
    ['nginx:1.21', 'base-images//nginx:2', 'badRepositoryName /mirror nginx:1.21 base-images/nginx:2'],
    ['nginx:1.21', 'base-images/nginx:', 'badRepositoryName /mirror nginx:1.21 base-images/nginx'],
    ['nginx:1.21', 'base-images/nginx:-x', 'badRepositoryName /mirror nginx:1.21 base-images/nginx'],
    ['nginx:1.21', 'payments/NGINX:-x', 'badRepositoryName /mirror nginx:1.21 base-images/nginx'],
    ['nginx:1.21', '', 'badRepositoryName /mirror nginx:1.21 base-images/nginx'],
    [
      'ghcr.io/org/my__app:1',
      undefined,
      'badRepositoryName /mirror ghcr.io/org/my__app:1 base-images/my-app',
    ],
    [
      'nginx:1.21',
      '123456789012.dkr.ecr.eu-central-1.amazonaws.com/base-images/nginx',
      'outsidePrefix /mirror nginx:1.21 base-images/nginx',
    ],
  ])('%s to %j: %s', (source, text, expected) => {
    expect(asked(source, text)).toBe(expected);
  });

  test('where nothing near it would be taken, there is no command', () => {
    const strict = sampleConfig({ naming: { pattern: '{team}/{env}/{app}' } });
    expect(ask('nginx:1.21', 'base-images/nginx', strict)).toMatchObject({
      failure: { code: 'outsidePattern', hint: 'Write a target of that shape and ask again.' },
    });
    expect(asked('nginx:1.21', 'base-images/nginx', strict)).toBe('outsidePattern ');
    expect(asked('nginx:1.21', 'base-images/prod/nginx', strict)).toBe('base-images/prod/nginx:1.21');
  });

  test('whatever is typed, a corrected command passes', () => {
    const part = fc.oneof(
      fc.stringMatching(/^[a-zA-Z0-9._/:@ -]{0,20}$/),
      fc.constantFrom('base-images', 'payments', 'nginx'),
    );
    const text = fc.array(part, { maxLength: 4 }).map((parts) => parts.join('/'));
    const source = fc.constantFrom(
      'nginx:1.21',
      'ghcr.io/org/my__app:1',
      `redis@${sampleDigest('x')}`,
      'a--b:2',
    );
    const channel = fc.constantFrom('C0GENERAL', 'C0PAY');
    let corrected = 0;
    fc.assert(
      fc.property(source, text, channel, (from, to, where) => {
        const result = ask(from, to, config, where);
        if (result.ok || result.failure.command === undefined) return;
        corrected += 1;
        const typed = parseCommandText(result.failure.command.slice('/mirror '.length));
        if (typed.kind !== 'mirror') throw new Error(result.failure.command);
        const parsed = parseReference(typed.source);
        expect(parsed).toEqual({ ok: true, reference: sampleSource(from) });
        expect(ask(from, typed.target, config, where)).toMatchObject({ ok: true });
      }),
      { numRuns: 2_000, seed: 4 },
    );
    expect(corrected).toBeGreaterThan(500);
  });
});

describe('--tag and --to', () => {
  const two = sampleConfig({
    teams,
    destinations: [
      { name: 'prod', account: '123456789012', region: 'eu-central-1' },
      { name: 'eu-west', account: '210987654321', region: 'eu-west-1' },
    ],
  });
  const [team] = two.teams;
  if (!team) throw new Error('no team');
  const at = (given: { text?: string; tag?: string; to?: string }) => {
    const result = targetOf(two, { team, source: sampleSource('nginx:1.21'), text: undefined, ...given });
    if (!result.ok) return `${result.failure.summary} ${result.failure.hint}`;
    const { account, destination, named, repository, tag } = result.target;
    return [repository, tag, destination, account, ...(named ? ['named'] : [])].join(' ');
  };

  test('say the tag, before the target’s and the source’s, and the destination, which is remembered as named', () => {
    expect(at({})).toBe('base-images/nginx 1.21 prod 123456789012');
    expect(at({ tag: 'stable' })).toBe('base-images/nginx stable prod 123456789012');
    expect(at({ text: 'base-images/web:a', tag: 'b' })).toBe('base-images/web b prod 123456789012');
    expect(at({ to: 'eu-west' })).toBe('base-images/nginx 1.21 eu-west 210987654321 named');
    // The first one is where it would go anyway.
    expect(at({ to: 'Prod' })).toBe('base-images/nginx 1.21 prod 123456789012');
  });

  test('a destination that is none is told with those that are, and with the one that was probably meant', () => {
    expect(at({ to: 'eu-wset' })).toBe(
      'nginx:1.21 cannot go to eu-wset, which is not a destination here. Destinations: prod, eu-west. Probably meant: --to eu-west.',
    );
    expect(at({ to: 'moon' })).toContain('Write --to with one of them');
  });

  test('a corrected command keeps them, and a prefix that is nearly one of the team’s is mended', () => {
    const result = targetOf(two, {
      team,
      source: sampleSource('nginx:1.21'),
      text: 'base-image/web',
      to: 'eu-west',
      tag: 'stable',
    });
    expect(result.ok ? '' : result.failure.command).toBe(
      '/mirror nginx:1.21 base-images/web:stable --to eu-west',
    );
  });
});

test.each([
  ['{team}/{app}', 'base-images/nginx', true],
  ['{team}/{app}', 'base-images/a/b', true],
  ['{team}/{app}', 'base-images', false],
  ['mirror/{app}', 'mirror/nginx', true],
  ['mirror/{app}', 'mirrorx/nginx', false],
  ['v1.{app}', 'v1xnginx', false],
  ['{app}', 'anything/at/all', true],
])('pattern %s and %s: %s', (pattern, repository, expected) => {
  expect(matchesPattern(pattern, repository)).toBe(expected);
});

test('the default pattern is <team>/<app>', () => {
  expect(sampleConfig(LEAST).naming.pattern).toBe('{team}/{app}');
});
