import * as v from 'valibot';

/** Values that several parts of the configuration have. */
export const text = (maxLength = 256) =>
  v.pipe(v.string(), v.nonEmpty('it is empty'), v.maxLength(maxLength));
export const list = <T extends v.GenericSchema>(item: T) => v.optional(v.array(item), []);
export const count = (max: number, fallback: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max)), fallback);

export const slackUser = v.pipe(
  v.string(),
  v.regex(/^[UW][A-Z0-9]{2,}$/, 'a Slack member id, like U012AB3CD'),
);
export const slackGroup = v.pipe(
  v.string(),
  v.regex(/^S[A-Z0-9]{2,}$/, 'a Slack user group id, like S012AB3CD'),
);
export const slackChannel = v.pipe(
  v.string(),
  v.regex(/^[CGD][A-Z0-9]{2,}$/, 'a Slack channel id, like C012AB3CD'),
);
export const hostPort = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9.-]+(:[0-9]{1,5})?$|^\[[0-9a-f:]+\](:[0-9]{1,5})?$/,
    'a host, or host:port, in lower case',
  ),
);

export const approvers = v.strictObject({ users: list(slackUser), userGroups: list(slackGroup) });

export const awsAccount = v.pipe(v.string(), v.regex(/^[0-9]{12}$/, 'an AWS account id: 12 digits'));
export const awsRegion = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,4}(-[a-z]+)+-[0-9]$/, 'an AWS Region, like eu-central-1'),
);
