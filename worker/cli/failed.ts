/** Why an image was not copied, as people read it: what happened to which image, and what to do next. */
export interface CliFailure {
  /** For scripts: a code of the failure catalogue, or one of the command's own. */
  readonly code: string;
  readonly summary: string;
  /** What else is wrong with it. */
  readonly also?: readonly string[];
  readonly hint: string;
  /** What to type next, where that can be said. */
  readonly command?: string;
}

/** The end of one image that was foreseen. */
export class Failed extends Error {
  readonly code = 'failed';
  readonly failure: CliFailure;
  constructor(failure: CliFailure) {
    super(failure.summary);
    this.name = 'Failed';
    this.failure = failure;
  }
}

/** The repository is not in ECR, and whoever asks may not create it. */
export class MayNotCreate extends Error {
  readonly code = 'may not create';
  readonly principal: string | undefined;
  constructor(principal: string | undefined) {
    super('ecr:CreateRepository is missing');
    this.name = 'MayNotCreate';
    this.principal = principal;
  }
}
