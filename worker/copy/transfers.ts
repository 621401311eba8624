import type { Config } from '../../core/config/schema.ts';
import { socketTransfer } from './socket-transfer.ts';
import { type BlobTransfer, streamBlob } from './transfer.ts';

/** `limits.transfer` of the configuration. */
export const TRANSFERS: Readonly<Record<Config['limits']['transfer'], BlobTransfer>> = {
  socket: socketTransfer,
  undici: streamBlob,
};
