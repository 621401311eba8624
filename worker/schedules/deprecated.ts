import { glob } from '../../core/config/glob.ts';
import type { Reference } from '../../core/oci/reference.ts';

/** An image that still answers and is looked after no more, by the word of those who made it. */
export interface Deprecated {
  readonly why: string;
  /** Where its users are sent. */
  readonly instead?: string;
}

/**
 * Well-known images of that kind; a star stands for any characters. Sources: the images' own pages on Docker Hub ("DEPRECATION
 * NOTICE", "DEPRECATED"), kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement, and bitnami/containers#83267.
 */
const TABLE: readonly (readonly [pattern: string, deprecated: Deprecated])[] = [
  [
    'docker.io/library/openjdk',
    { why: 'it is deprecated by the Docker community', instead: 'eclipse-temurin' },
  ],
  ['docker.io/library/java', { why: 'it was replaced in 2016', instead: 'eclipse-temurin' }],
  ['docker.io/library/adoptopenjdk', { why: 'AdoptOpenJDK has moved', instead: 'eclipse-temurin' }],
  ['docker.io/library/centos', { why: 'CentOS Linux has ended', instead: 'quay.io/centos/centos' }],
  ['docker.io/library/iojs', { why: 'io.js was merged into Node.js', instead: 'node' }],
  ['docker.io/library/rails', { why: 'it is made no more', instead: 'ruby' }],
  ['docker.io/library/django', { why: 'it is made no more', instead: 'python' }],
  ['docker.io/library/piwik', { why: 'it was renamed', instead: 'matomo' }],
  ['docker.io/library/owncloud', { why: 'it is made no more', instead: 'owncloud/server' }],
  ['docker.io/library/jenkins', { why: 'it is deprecated', instead: 'jenkins/jenkins' }],
  ['docker.io/library/sentry', { why: 'it is made no more', instead: 'ghcr.io/getsentry/sentry' }],
  ['docker.io/library/vault', { why: 'it is made no more', instead: 'hashicorp/vault' }],
  ['docker.io/library/consul', { why: 'it is made no more', instead: 'hashicorp/consul' }],
  ['docker.io/library/thrift', { why: 'it is made no more' }],
  [
    'docker.io/bitnami/*',
    { why: 'free Bitnami images are kept only as a legacy', instead: 'docker.io/bitnamilegacy' },
  ],
  ['k8s.gcr.io/*', { why: 'the registry is frozen', instead: 'registry.k8s.io' }],
];

/** Undefined: nothing is known against it. */
export function deprecatedImage({ registry, repository }: Reference): Deprecated | undefined {
  const name = `${registry}/${repository}`;
  return TABLE.find(([pattern]) => glob(pattern, name))?.[1];
}
