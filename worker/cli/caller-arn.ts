import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

export type CallerArn =
  | { readonly ok: true; readonly arn: string }
  /** One sentence without its end. */
  | { readonly ok: false; readonly why: string };

/**
 * Who AWS says is calling (API reference, GetCallerIdentity): no permission is needed for it and none can be taken away.
 * Of an assumed role it ends in the session's name, which whoever assumed it may have chosen.
 */
export async function callerArn(region: string | undefined): Promise<CallerArn> {
  const sts = new STSClient({ maxAttempts: 2, ...(region !== undefined && { region }) });
  try {
    const { Arn: arn } = await sts.send(new GetCallerIdentityCommand({}));
    return arn ? { ok: true, arn } : { ok: false, why: 'it answered without an ARN' };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? `${error.name}, ${error.message}` : String(error) };
  } finally {
    sts.destroy();
  }
}
