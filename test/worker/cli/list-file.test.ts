import { describe, expect, test } from '@jest/globals';
import { parseList } from '../../../worker/cli/list-file.ts';
import { formatTarget, parsePair } from '../../../worker/cli/pair.ts';

const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('a pair', () => {
  test.each([
    ['nginx:1.27', 'r.example/n', 'r.example/n:1.27'],
    ['nginx', 'r.example/n', 'r.example/n:latest'],
    ['nginx:1.27', 'r.example/n:other', 'r.example/n:other'],
    ['nginx:1.27', 'localhost:5000/n', 'localhost:5000/n:1.27'],
    ['nginx:1.27', 'acme/n', 'docker.io/acme/n:1.27'],
    [`nginx:1.27@${DIGEST}`, 'r.example/n', 'r.example/n:1.27'],
    [`nginx@${DIGEST}`, 'r.example/n:1', 'r.example/n:1'],
    ['nginx:1.27', `${ECR}/base/n`, `${ECR}/base/n:1.27`],
  ])('%s to %s goes to %s', (source, target, place) => {
    const parsed = parsePair(source, target);
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(formatTarget(parsed.pair.target)).toBe(place);
    expect(parsed.pair.target.kind).toBe(target.startsWith(ECR) ? 'ecr' : 'registry');
  });

  test.each([
    ['Nginx', 'r.example/n', 'source', 'lower case', 'nginx'],
    ['nginx', 'r.example/N', 'target', 'lower case', 'r.example/n'],
    ['nginx', `r.example/n@${DIGEST}`, 'target', 'is a digest', undefined],
    [`nginx@${DIGEST}`, 'r.example/n', 'target', 'needs a tag', 'r.example/n:1.0'],
    ['nginx:1', `${ECR}/a__b`, 'target', 'ECR takes', `${ECR}/a-b:1`],
  ])('%s to %s is refused for the %s', (source, target, side, words, suggestion) => {
    const parsed = parsePair(source, target);
    expect(parsed).toMatchObject({ ok: false, side, ...(suggestion && { suggestion }) });
    expect(parsed.ok ? '' : parsed.problem).toContain(words);
  });
});

describe('a list', () => {
  test('has comments, blank lines, tabs, either line end, and counts from 1', () => {
    const text = '\uFEFF# all\r\n\r\nnginx:1\tr.example/n\r\n   \n  redis:7   r.example/r  # cache\n#x y\n';
    const lines = parseList(text).map(({ number, entry }) => [
      number,
      entry.ok && formatTarget(entry.pair.target),
    ]);
    expect(lines).toEqual([
      [3, 'r.example/n:1'],
      [5, 'r.example/r:7'],
    ]);
  });

  test('with a line that cannot be read has the other lines', () => {
    const lines = parseList('nginx\nNginx r.example/n\nnginx r.example/N\na b c\nnginx:1 r.example/n');
    expect(lines.map(({ entry }) => entry)).toEqual([
      { ok: false, problem: 'a line is a source and a target, and nothing else' },
      { ok: false, problem: expect.stringContaining('lower case'), suggestion: 'nginx r.example/n' },
      { ok: false, problem: expect.stringContaining('lower case'), suggestion: 'nginx r.example/n' },
      { ok: false, problem: 'a line is a source and a target, and nothing else' },
      { ok: true, pair: expect.anything() },
    ]);
  });

  test('names the line that has the same target', () => {
    const [, second] = parseList('nginx:1 r.example/n\nnginx:2 r.example/n:1');
    expect(second?.entry).toEqual({ ok: false, problem: 'line 1 has the same target, r.example/n:1' });
  });

  test('of nothing is empty', () => {
    expect(parseList('\n# nothing\n')).toEqual([]);
  });
});
