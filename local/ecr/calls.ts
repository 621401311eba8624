export type Plane = 'api' | 'registry' | 'blobs';

/** One handled request: what a test asserts on ("the second run writes nothing"). */
export interface EcrCall {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly plane: Plane;
  /** ARN of the caller; missing where nobody was recognised, and at the blob origin. */
  readonly principal?: string;
  /** IAM's name of what was asked, such as `ecr:PutImage`. */
  readonly action?: string;
  readonly repository?: string;
  readonly method: string;
  /** Without the query: it may hold a signature. */
  readonly path: string;
  /** 0 = the connection was closed instead. */
  readonly status: number;
}

const KEPT = 20_000;

/** The newest calls; a demo that runs for weeks must not fill the memory. */
export function createCallLog(): { readonly calls: readonly EcrCall[]; record(call: EcrCall): void } {
  const calls: EcrCall[] = [];
  return {
    calls,
    record: (call) => {
      calls.push(call);
      if (calls.length > KEPT) calls.splice(0, KEPT / 10);
    },
  };
}
