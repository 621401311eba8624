import { listen, readBody } from './server.ts';

/** A role that was asked for, and by whose access key. */
export interface Assumed {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly by: string;
}

export interface Sts {
  readonly endpoint: string;
  readonly assumed: readonly Assumed[];
  close(): Promise<void>;
}

/** AssumeRole of AWS STS (API reference): roles by their ARN, each with the access key that its session gets. */
export async function startSts(roles: Readonly<Record<string, string>>): Promise<Sts> {
  const assumed: Assumed[] = [];
  const listening = await listen(async (request, response) => {
    const form = new URLSearchParams((await readBody(request)).toString('utf8'));
    const roleArn = form.get('RoleArn') ?? '';
    const sessionName = form.get('RoleSessionName') ?? '';
    const by = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const accessKey = roles[roleArn];
    response.setHeader('content-type', 'text/xml');
    if (form.get('Action') !== 'AssumeRole' || accessKey === undefined) {
      response.statusCode = 403;
      response.end(refusal(`${by} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`));
      return;
    }
    assumed.push({ roleArn, sessionName, by });
    response.end(session({ roleArn, sessionName, accessKey }));
  });
  return { endpoint: listening.origin, assumed, close: listening.close };
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

const session = (made: {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly accessKey: string;
}) =>
  `<AssumeRoleResponse xmlns="${NAMESPACE}"><AssumeRoleResult><AssumedRoleUser>
<Arn>${made.roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${made.sessionName}</Arn>
<AssumedRoleId>AROA:${made.sessionName}</AssumedRoleId></AssumedRoleUser><Credentials>
<AccessKeyId>${made.accessKey}</AccessKeyId><SecretAccessKey>local</SecretAccessKey><SessionToken>local</SessionToken>
<Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleResult>
<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></AssumeRoleResponse>`;

const refusal = (message: string): string =>
  `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error><RequestId>local</RequestId></ErrorResponse>`;
