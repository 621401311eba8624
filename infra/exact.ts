import type { Alias, IFunction, IVersion, Version } from 'aws-cdk-lib/aws-lambda';

/**
 * CDK's own classes do not fit its own interfaces under exactOptionalPropertyTypes: they say `undefined` where the
 * interfaces say that something is left out.
 */
export const asFunction = (alias: Alias): IFunction => alias as unknown as IFunction;
export const asVersion = (version: Version): IVersion => version as unknown as IVersion;
