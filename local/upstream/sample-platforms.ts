import type { Platform } from '../../core/oci/platform.ts';

export const AMD64: Platform = { os: 'linux', architecture: 'amd64' };
export const ARM64: Platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
export const ARM7: Platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
export const ARM6: Platform = { os: 'linux', architecture: 'arm', variant: 'v6' };
export const I386: Platform = { os: 'linux', architecture: '386' };
export const PPC64: Platform = { os: 'linux', architecture: 'ppc64le' };
export const S390: Platform = { os: 'linux', architecture: 's390x' };
