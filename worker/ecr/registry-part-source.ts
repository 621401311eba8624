import type { Descriptor } from '../../core/oci/descriptor.ts';
import type { Repository } from '../registry/registry.ts';
import type { PartSource } from './part-reader.ts';

/** A blob of any registry as the source of an upload by parts: asked for by Range, from where the upload is. */
export const registryPartSource = (repository: Repository, blob: Descriptor): PartSource => ({
  readFrom: (fromByte, signal) => repository.openBlob(blob, { fromByte, signal }),
  place: { host: repository.host, operation: 'get blob', repository: repository.name },
});
