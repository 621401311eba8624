export interface Approval {
  readonly by: string;
  readonly at: number;
  /** The user group that entitled the person, and what Slack said of its last change. */
  readonly group?: { readonly id: string; readonly changedAt?: number; readonly changedBy?: string };
  /** The glass was broken: this one lets the image in alone. */
  readonly glass?: true;
  /** By `mirror decide`: the AWS identity that said so. */
  readonly arn?: string;
}

/** Somebody broke the glass: a second person owes the image a look. */
export interface Review {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
  readonly confirmed?: { readonly by: string; readonly at: number };
}

/** Somebody let in what the scan gate held, and why. */
export type Release = Pick<Approval, 'by' | 'at' | 'group'> & { readonly reason: string };
