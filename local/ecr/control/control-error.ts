/** An error of the control API: `__type` and `message` on the wire. */
export class ControlError extends Error {
  readonly type: string;
  readonly status: number;
  constructor(type: string, message: string, status = 400) {
    super(message);
    this.name = 'ControlError';
    this.type = type;
    this.status = status;
  }
}

export const invalidParameter = (parameter: string, constraint: string): ControlError =>
  new ControlError(
    'InvalidParameterException',
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`,
  );
