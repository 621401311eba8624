/** What an upload by parts may look like. */
export interface UploadLimits {
  /** Every part but the last has at least so many bytes. */
  readonly partMinBytes: number;
  /** UploadLayerPart refuses more in one call. */
  readonly partMaxBytes: number;
  readonly partsMax: number;
  /** What InitiateLayerUpload asks for. */
  readonly partSizeBytes: number;
  /** An upload is forgotten so long after its start. */
  readonly lifeMs: number;
}

const MIB = 1024 * 1024;

/**
 * Service quotas of Amazon ECR: parts of 5 to 10 MiB, at most 4,200 of them; the API itself takes 20 MiB
 * (UploadLayerPart). How long an upload lives is not documented: a day is this stand-in's guess.
 */
export const AWS_UPLOAD_LIMITS: UploadLimits = {
  partMinBytes: 5 * MIB,
  partMaxBytes: 20 * MIB,
  partsMax: 4200,
  partSizeBytes: 10 * MIB,
  lifeMs: 24 * 60 * 60 * 1000,
};

/** Parts before the last that are below the minimum: told only when the upload is to be completed. */
export const hasSmallPart = (parts: readonly number[], { partMinBytes }: UploadLimits): boolean =>
  parts.slice(0, -1).some((bytes) => bytes < partMinBytes);

export const SMALL_PART_TEXT = 'All layer parts except the last part should be at least 5MB';
