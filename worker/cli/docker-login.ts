/** The command that signs in to a host, as Docker spells it. */
export const dockerLogin = (host: string): string =>
  host === 'docker.io' ? 'docker login' : `docker login ${host}`;
