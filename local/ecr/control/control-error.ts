/** An error of the control API: `__type` and `message` on the wire, with whatever fields its type has beside them. */
export class ControlError extends Error {
  readonly type: string;
  readonly status: number;
  readonly fields: object;
  constructor(
    type: string,
    message: string,
    { status = 400, fields = {} }: { readonly status?: number; readonly fields?: object } = {},
  ) {
    super(message);
    this.name = 'ControlError';
    this.type = type;
    this.status = status;
    this.fields = fields;
  }
}

export const invalidParameter = (parameter: string, constraint: string): ControlError =>
  new ControlError(
    'InvalidParameterException',
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`,
  );
