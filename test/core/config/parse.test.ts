import { describe, expect, test } from '@jest/globals';
import { type ConfigProblem, formatProblem, parseConfig } from '../../../core/config/parse.ts';
import { DEFAULT_TIMING } from '../../../core/request/timing.ts';
import { LEAST, sampleConfig } from './sample-config.ts';

const [team] = LEAST.teams;
const [destination] = LEAST.destinations;

function problemsOf(json: unknown): readonly ConfigProblem[] {
  const result = parseConfig(typeof json === 'string' ? json : JSON.stringify(json));
  return result.ok ? [] : result.problems;
}
const lines = (json: unknown): readonly string[] =>
  problemsOf(json).map(({ path, message }) => `${path}: ${message}`);

describe('each kind of problem is told with its path and what is expected', () => {
  test.each<[string, object, string]>([
    ['a part that is missing', { channels: undefined }, 'channels: it is missing'],
    ['a part inside a part that is missing', { channels: {} }, 'channels.default: it is missing'],
    ['nobody in it', { teams: [] }, 'teams: at least one team is needed'],
    ['the wrong type', { teams: 'default' }, 'teams: a list is expected, not "default"'],
    ['the wrong type deep inside', { rules: [{ name: 7 }] }, 'rules[0].name: a text is expected, not 7'],
    ['a number for a switch', { paused: 1 }, 'paused: true or false is expected, not 1'],
    ['a list for an object', { limits: ['x'] }, 'limits.0: there is no such key'],
    ['an unknown part', { destination: [] }, 'destination: there is no such key'],
    [
      'an unknown part inside',
      { teams: [{ ...team, prefix: 'a' }] },
      'teams[0].prefix: there is no such key',
    ],
    ['an unknown part like nothing known', { zzz: 1 }, 'zzz: there is no such key'],
    ['an empty text', { teams: [{ ...team, id: '' }] }, 'teams[0].id: it is empty'],
    [
      'a team without prefix',
      { teams: [{ ...team, prefixes: [] }] },
      'teams[0].prefixes: a team needs at least one repository prefix',
    ],
    [
      'an account of 11 digits',
      { destinations: [{ ...destination, account: '12345678901' }] },
      'destinations[0].account: an AWS account id: 12 digits',
    ],
    [
      'a Region',
      { destinations: [{ ...destination, region: 'Frankfurt' }] },
      'destinations[0].region: an AWS Region, like eu-central-1',
    ],
    [
      'a channel by name',
      { channels: { default: '#general' } },
      'channels.default: a Slack channel id, like C012AB3CD',
    ],
    [
      'an approver by name',
      { teams: [{ ...team, approvers: { users: ['@alice'] } }] },
      'teams[0].approvers.users[0]: a Slack member id, like U012AB3CD',
    ],
    [
      'a decision',
      { rules: [{ name: 'a', decision: 'maybe' }] },
      'rules[0].decision: "auto" or "approve" or "deny" is expected, not "maybe"',
    ],
    [
      'a number too small',
      { limits: { imagesAtOnce: 0 } },
      'limits.imagesAtOnce: at least 1 is expected, not 0',
    ],
    [
      'a number too large',
      { limits: { blobsAtOnce: 33 } },
      'limits.blobsAtOnce: at most 32 is expected, not 33',
    ],
    [
      'half of something',
      { limits: { blobsAtOnce: 1.5 } },
      'limits.blobsAtOnce: a whole number is expected, not 1.5',
    ],
    [
      'a host in capitals',
      { registries: { 'GHCR.io': {} } },
      'registries.GHCR.io: a host, or host:port, in lower case',
    ],
    [
      'an unknown length',
      { limits: { timing: { leaseSeconds: 3 } } },
      'limits.timing.leaseSeconds: there is no such key',
    ],
    [
      'a lease too short for its heartbeat',
      { limits: { timing: { leaseMs: 100_000, heartbeatMs: 60_000 } } },
      'limits.timing: leaseMs must be more than twice heartbeatMs',
    ],
    [
      'a lease too short for a tag',
      { limits: { timing: { leaseMs: 80_000 } } },
      'limits.timing: leaseMs must be more than putTimeoutMs and graceMs together',
    ],
    [
      'a moved tag',
      { movedTag: 'maybe' },
      'movedTag: "refuse" or "suffix" or "move" is expected, not "maybe"',
    ],
    [
      'a rule that moves tags and does not say which',
      { rules: [{ name: 'moving', movedTag: 'move' }] },
      'rules[0].movingTags: rule moving moves tags, and does not say which',
    ],
    [
      'a sixth wildcard of tags that may move',
      { rules: [{ name: 'five', movedTag: 'move', movingTags: ['a', 'b', 'c', 'd', 'e'] }] },
      'rules[0].movingTags: a repository takes 5 wildcards of tags that may move, and for rule five it would need 6: sha256-*, a, b, c, d, e',
    ],
    [
      'tags that move where none may',
      {
        repositories: { tagMutability: 'IMMUTABLE' },
        rules: [{ name: 'moving', movedTag: 'move', movingTags: ['latest'] }],
      },
      'repositories.tagMutability: rule moving moves tags, and repositories.tagMutability IMMUTABLE lets none move',
    ],
    [
      'an endpoint that is no address',
      { destinations: [{ ...destination, endpoint: 'here' }] },
      'destinations[0].endpoint: a web address is expected, not "here"',
    ],
    ['two teams of one name', { teams: [team, team] }, 'teams[1]: default is there twice'],
    [
      'two destinations of one name',
      { destinations: [destination, destination] },
      'destinations[1]: prod is there twice',
    ],
    ['two rules of one name', { rules: [{ name: 'a' }, { name: 'a' }] }, 'rules[1]: a is there twice'],
    [
      'a rule for a team that is not there',
      { rules: [{ name: 'a', match: { team: 'x' } }] },
      'rules[0].match.team: there is no team x',
    ],
  ])('%s', (_, change, expected) => {
    expect(lines({ ...LEAST, ...change })).toEqual([expected]);
  });

  test('what is no JSON says where', () => {
    expect(lines('{"teams": [}')[0]).toMatch(/^: it is not JSON: Unexpected token '}'/);
    expect(lines('null')).toEqual([': an object is expected, not null']);
  });
});

test('all problems come at once', () => {
  const bad = { ...LEAST, teams: [{ ...team, id: '', prefixes: [] }], destinations: [], colour: 'red' };
  expect(lines(bad)).toEqual([
    'teams[0].id: it is empty',
    'teams[0].prefixes: a team needs at least one repository prefix',
    'destinations: at least one destination is needed',
    'colour: there is no such key',
  ]);
  expect(lines({ ...LEAST, teams: [team, team], rules: [{ name: 'a', match: { team: 'x' } }] })).toHaveLength(
    2,
  );
});

test('a line for the terminal names the file, the path, what is expected, and an example that is taken', () => {
  const [problem] = problemsOf({ ...LEAST, destinations: [] });
  if (!problem) throw new Error('no problem');
  expect(formatProblem(problem)).toBe(
    'mirror.config.json: destinations: at least one destination is needed. For example [{"name": "prod", "account": "123456789012", "region": "eu-central-1"}]',
  );
});

test.each(['teams', 'destinations', 'channels', 'rules', 'registries', 'sources'])(
  'the example for %s is itself taken',
  (part) => {
    const [problem] = problemsOf({ ...LEAST, [part]: 7 });
    expect(problem?.path).toBe(part);
    const example: unknown = JSON.parse(problem?.example ?? 'null');
    expect(lines({ ...LEAST, [part]: example })).toEqual([]);
  },
);

describe('what is left out', () => {
  test('has its default', () => {
    const config = sampleConfig();
    expect(config).toMatchObject({
      naming: { pattern: '{team}/{app}' },
      registries: {},
      repositories: {
        tagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        mutableTags: ['sha256-*'],
        scanOnPush: true,
        tags: {},
      },
      movedTag: 'suffix',
      limits: { timing: DEFAULT_TIMING, imagesAtOnce: 2, blobsAtOnce: 4, blobsAtHost: 8, blobsInFlight: 16 },
      paused: false,
    });
    expect(config.teams[0]).toEqual({
      id: 'default',
      channels: [],
      prefixes: ['base-images'],
      platforms: [],
      approvers: { users: [], userGroups: ['S0SEC'] },
    });
    expect(config.rules).toEqual([
      {
        name: 'default',
        match: {},
        credentials: [],
        minAgeDays: 3,
        movingTags: [],
        versions: 'any',
        decision: 'approve',
        approvals: 1,
        selfApproval: false,
        expiresAfterHours: 168,
        remindAfterHours: 4,
      },
    ]);
    expect(config.sources).toContain('docker.io');
  });

  test('one length given leaves the others as they are', () => {
    const config = sampleConfig({ limits: { timing: { graceMs: 5 } } });
    expect(config.limits.timing).toEqual({ ...DEFAULT_TIMING, graceMs: 5 });
  });
});

describe('the hash', () => {
  const hashOf = (json: string): string => {
    const result = parseConfig(json);
    if (!result.ok) throw new Error('refused');
    return result.hash;
  };
  const least = hashOf(JSON.stringify(LEAST));

  test('does not depend on the order of keys, on white space, or on defaults that are written out', () => {
    const reversed = Object.fromEntries(Object.entries(LEAST).reverse());
    expect(hashOf(JSON.stringify(reversed, null, 4))).toBe(least);
    expect(hashOf(JSON.stringify({ ...LEAST, movedTag: 'suffix', paused: false }))).toBe(least);
    expect(least).toMatch(/^[0-9a-f]{12}$/);
  });

  test('depends on every setting, and on the order of rules', () => {
    const rules = [{ name: 'a' }, { name: 'b' }];
    const hashes = [
      LEAST,
      { ...LEAST, paused: true },
      { ...LEAST, channels: { default: 'C0OTHER' } },
      { ...LEAST, rules },
      { ...LEAST, rules: [...rules].reverse() },
    ].map((config) => hashOf(JSON.stringify(config)));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

test('keys that JavaScript gives a meaning to are unknown settings like others', () => {
  const text = JSON.stringify(LEAST).replace(/^\{/, '{"__proto__": {"paused": true}, ');
  const result = parseConfig(text);
  expect(result.ok && result.config.paused).toBe(false);
});
