/** 16 bytes in the form in which AWS writes its ids: `8-4-4-4-12` hex digits. */
export const uuid = (randomHex: (bytes: number) => string): string =>
  randomHex(16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
