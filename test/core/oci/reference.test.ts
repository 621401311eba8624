import { describe, expect, test } from '@jest/globals';
import {
  familiarReference,
  formatReference,
  isHubOfficial,
  parseReference,
  type Reference,
  referenceKey,
} from '../../../core/oci/reference.ts';

const HEX = '4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945';
const DIGEST = `sha256:${HEX}`;

function parsed(text: string): Reference {
  const result = parseReference(text);
  if (!result.ok) throw new Error(`${text}: ${result.problem.message}`);
  return result.reference;
}

describe('what people type means', () => {
  test.each([
    // Docker Hub's defaults
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.21-alpine', 'docker.io/library/nginx:1.21-alpine'],
    ['library/nginx', 'docker.io/library/nginx:latest'],
    ['bitnami/redis:7', 'docker.io/bitnami/redis:7'],
    ['a/b/c', 'docker.io/a/b/c:latest'],
    // and the other names of its host
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx:latest'],
    ['registry-1.docker.io/library/nginx:latest', 'docker.io/library/nginx:latest'],
    ['registry.hub.docker.com/library/nginx', 'docker.io/library/nginx:latest'],
    ['DOCKER.IO/nginx', 'docker.io/library/nginx:latest'],
    ['docker.io./library/nginx', 'docker.io/library/nginx:latest'],
    // but nobody else's
    ['docker.io.evil.example/nginx', 'docker.io.evil.example/nginx:latest'],
    ['evil-docker.io/nginx', 'evil-docker.io/nginx:latest'],
    ['docker.io:443/library/nginx', 'docker.io:443/library/nginx:latest'],
    ['dockerxio/nginx', 'docker.io/dockerxio/nginx:latest'],
    ['xn--dcker-jua.io/nginx', 'xn--dcker-jua.io/nginx:latest'],
    // other hosts
    ['ghcr.io/owner/app:v1', 'ghcr.io/owner/app:v1'],
    ['GHCR.io/owner/app:v1', 'ghcr.io/owner/app:v1'],
    ['quay.io/prometheus/prometheus', 'quay.io/prometheus/prometheus:latest'],
    ['public.ecr.aws/docker/library/nginx:1.21', 'public.ecr.aws/docker/library/nginx:1.21'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app:1', 'localhost:5000/app:1'],
    ['registry:5000/app', 'registry:5000/app:latest'],
    ['registry.example.:5000/app', 'registry.example:5000/app:latest'],
    ['10.0.0.1:5000/app', '10.0.0.1:5000/app:latest'],
    ['[::1]:5000/app', '[::1]:5000/app:latest'],
    ['[2001:DB8::1]/app:2', '[2001:db8::1]/app:2'],
    // digests
    [`nginx@${DIGEST}`, `docker.io/library/nginx@${DIGEST}`],
    [`nginx:1.21-alpine@${DIGEST}`, `docker.io/library/nginx:1.21-alpine@${DIGEST}`],
    [`localhost:5000/app@${DIGEST}`, `localhost:5000/app@${DIGEST}`],
    [`docker.io/${HEX}`, `docker.io/library/${HEX}:latest`],
    // separators and tags at their limits
    ['a__b/c--d/e.f', 'docker.io/a__b/c--d/e.f:latest'],
    ['nginx:_1', 'docker.io/library/nginx:_1'],
    ['nginx:V1.0-RC_1', 'docker.io/library/nginx:V1.0-RC_1'],
    [`nginx:${'t'.repeat(128)}`, `docker.io/library/nginx:${'t'.repeat(128)}`],
    [`x.io/${'r'.repeat(255)}`, `x.io/${'r'.repeat(255)}:latest`],
    [`docker.io/${'r'.repeat(247)}`, `docker.io/library/${'r'.repeat(247)}:latest`],
  ])('%s', (text, full) => {
    expect(formatReference(parsed(text))).toBe(full);
  });
});

describe('cases of a copy', () => {
  test('every spelling of Docker Hub’s host and of its library is one source', () => {
    const hosts = ['', 'docker.io/', 'index.docker.io/', 'registry-1.docker.io/', 'registry.hub.docker.com/'];
    const texts = hosts.flatMap((host) =>
      ['nginx', 'library/nginx'].flatMap((name) => ['', ':latest'].map((tag) => `${host}${name}${tag}`)),
    );
    const latest = { registry: 'docker.io', repository: 'library/nginx', tag: 'latest' };
    for (const text of texts) expect(parsed(text)).toEqual(latest);
  });

  test('a tag with a plus, a tag of 129 characters, and one that begins with a dot or a hyphen are refused', () => {
    for (const tag of ['1.21+x', 't'.repeat(129), '.1', '-1']) {
      expect(parseReference(`ghcr.io/a/b:${tag}`)).toMatchObject({
        ok: false,
        problem: { message: expect.stringContaining('a tag is') },
      });
    }
  });

  test('a host with a port and an IPv6 host are taken; capitals in a repository are refused', () => {
    expect(parsed('registry:5000/app').registry).toBe('registry:5000');
    expect(parsed('[2001:db8::1]:5000/app').registry).toBe('[2001:db8::1]:5000');
    expect(parseReference('registry:5000/App')).toMatchObject({
      ok: false,
      problem: { message: 'repository names are lower case', suggestion: 'registry:5000/app' },
    });
  });
});

describe('what is refused, where, and what was probably meant', () => {
  const cases: (readonly [text: string, at: number, message: RegExp, suggestion?: string])[] = [
    ['', 0, /missing/, 'nginx:1.27-alpine'],
    // capitals
    ['Nginx', 0, /lower case/, 'nginx'],
    ['bitnami/Redis:7', 8, /lower case/, 'bitnami/redis:7'],
    ['ghcr.io/Owner/App:V1', 8, /lower case/, 'ghcr.io/owner/app:V1'],
    ['Owner_/App', 0, /lower case/],
    // web addresses
    ['https://ghcr.io/owner/app', 0, /web address/, 'ghcr.io/owner/app'],
    ['HTTP://nginx/', 0, /web address/, 'nginx'],
    ['docker://nginx:1.21', 0, /web address/, 'nginx:1.21'],
    ['https://hub.docker.com/_/nginx', 0, /web address/, 'nginx'],
    ['https://hub.docker.com/r/bitnami/redis/tags?page=2', 0, /web address/, 'bitnami/redis'],
    ['https://quay.io/repository/prometheus/prometheus', 0, /web address/, 'quay.io/prometheus/prometheus'],
    ['https://user:secret@evil.example/x', 0, /web address/],
    // spaces and look-alikes
    [' nginx', 0, /ASCII/, 'nginx'],
    ['nginx\n', 5, /ASCII/, 'nginx'],
    ['nginx latest', 5, /ASCII/],
    ['nginx\u0000', 5, /ASCII/],
    ['nginx\u200b', 5, /ASCII/],
    ['ngіnx', 2, /ASCII/],
    ['dоcker.io/nginx', 1, /ASCII/],
    ['nginx…', 5, /ASCII/],
    ['n👍', 1, /ASCII/],
    // userinfo tricks
    ['docker.io@evil.example/nginx', 10, /digest/],
    ['user:secret@evil.example/nginx', 12, /digest/],
    [`a@b@${DIGEST}`, 3, /only one @/],
    // digests
    ['nginx@', 6, /digest/],
    [`nginx@${DIGEST.toUpperCase()}`, 6, /digest/, `nginx@${DIGEST}`],
    [`nginx@sha256:${HEX.toUpperCase()}`, 14, /digest/, `nginx@${DIGEST}`],
    [`nginx@sha256:${HEX.slice(1)}`, 76, /digest/],
    [`nginx@${DIGEST}0`, 77, /digest/],
    [`nginx@sha512:${HEX}${HEX}`, 6, /digest/],
    [`@${DIGEST}`, 0, /missing/],
    [DIGEST, 0, /repository before it/],
    [HEX, 0, /repository before it/],
    // hosts
    ['../../etc/passwd', 0, /registry host/],
    ['docker.io../nginx', 0, /registry host/],
    ['a./nginx', 0, /registry host/],
    ['-x.io/nginx', 0, /registry host/],
    ['under_score.io/nginx', 0, /registry host/],
    ['x.io:/nginx', 0, /registry host/],
    ['x.io:0/nginx', 0, /registry host/],
    ['x.io:0443/nginx', 0, /registry host/],
    ['x.io:65536/nginx', 0, /registry host/],
    ['x.io:port/nginx', 0, /registry host/],
    ['127.1/nginx', 0, /registry host/],
    ['0x7f.0x0.0x0.0x1/nginx', 0, /registry host/],
    ['127.0.0.01/nginx', 0, /registry host/],
    ['evil.example.1/nginx', 0, /registry host/],
    ['[::1/nginx', 0, /registry host/],
    ['[:::::]/nginx', 0, /registry host/],
    ['[fe80::1%25eth0]/nginx', 0, /registry host/],
    [`${'l'.repeat(64)}.io/nginx`, 0, /registry host/],
    [`${'l.'.repeat(130)}io/nginx`, 0, /registry host/],
    // repositories
    ['ghcr.io/', 8, /missing/],
    ['nginx/', 6, /each part/],
    ['/nginx', 0, /each part/],
    ['a//b', 2, /each part/],
    ['a/../b', 2, /each part/],
    ['ghcr.io/a/./b', 10, /each part/],
    ['foo-', 3, /each part/],
    ['a/-b', 2, /each part/],
    ['a..b', 1, /each part/],
    ['a___b', 1, /each part/],
    ['a._b', 1, /each part/],
    ['a/b?c', 3, /\? is not allowed/],
    ['a/b%2f..', 3, /% is not allowed/],
    ['a\\b', 1, /\\ is not allowed/],
    [`x.io/${'r'.repeat(256)}`, 260, /at most 255/],
    ['r'.repeat(248), 248, /at most 255/],
    // tags
    ['nginx:', 6, /a tag/],
    ['nginx:1.21+x', 10, /a tag/],
    ['nginx:.1', 6, /a tag/],
    ['nginx:-1', 6, /a tag/],
    [`nginx:${'t'.repeat(129)}`, 134, /a tag/],
    ['nginx:1:2', 5, /: is not allowed/],
    [`nginx:@${DIGEST}`, 6, /a tag/],
  ];
  // Jest hands a callback to rows shorter than the function, so each gets its full length.
  test.each(cases.map(([text, at, message, suggestion]) => [text, at, message, suggestion] as const))(
    '%j',
    (text, at, message, suggestion) => {
      const result = parseReference(text);
      if (result.ok) throw new Error(`taken as ${formatReference(result.reference)}`);
      expect(result.problem.at).toBe(at);
      expect(result.problem.message).toMatch(message);
      expect(result.problem.suggestion).toBe(suggestion);
    },
  );

  test('never repeats a password', () => {
    for (const text of ['user:secret@evil.example/nginx', 'https://user:secret@evil.example/nginx']) {
      expect(JSON.stringify(parseReference(text))).not.toContain('secret');
    }
  });
});

describe('how references are shown', () => {
  test.each([
    ['docker.io/library/nginx:1.21', 'nginx:1.21'],
    ['bitnami/redis', 'bitnami/redis:latest'],
    ['ghcr.io/a/b:1', 'ghcr.io/a/b:1'],
    [`nginx:1.21@${DIGEST}`, `nginx:1.21@${DIGEST}`],
    // short spellings that would mean another image stay long
    ['docker.io/library/a/b:1', 'docker.io/library/a/b:1'],
    ['docker.io/localhost/app:1', 'docker.io/localhost/app:1'],
    ['docker.io/quay.io/app:1', 'docker.io/quay.io/app:1'],
    [`docker.io/library/sha256:${HEX}`, `docker.io/library/sha256:${HEX}`],
  ])('%s as %s', (text, familiar) => {
    expect(familiarReference(parsed(text))).toBe(familiar);
  });

  test('a registry is asked by digest where there is one', () => {
    expect(referenceKey(parsed('nginx:1.21'))).toBe('1.21');
    expect(referenceKey(parsed(`nginx:1.21@${DIGEST}`))).toBe(DIGEST);
  });

  test.each([
    ['nginx', true],
    ['bitnami/redis', false],
    ['ghcr.io/library/nginx', false],
  ])('%s is an official image: %s', (text, official) => {
    expect(isHubOfficial(parsed(text))).toBe(official);
  });
});
