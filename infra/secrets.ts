import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, type Stack } from 'aws-cdk-lib';

export interface Secrets {
  /** The bot's token and the signing secret. */
  readonly slack: CfnSecret;
  /** Accounts of source registries. */
  readonly registry: CfnSecret;
}

/**
 * Empty: what they hold is stored by a person, never by a deployment. A value in the template, even a placeholder, would
 * be written over the real one by whoever changes it.
 */
export function mirrorSecrets(stack: Stack): Secrets {
  const secret = (id: string, description: string): CfnSecret => {
    const made = new CfnSecret(stack, id, { description });
    made.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return made;
  };
  return {
    slack: secret('SlackSecret', 'Mirror: {"botToken": "xoxb-...", "signingSecret": "..."}'),
    registry: secret(
      'RegistrySecret',
      'Mirror: accounts of source registries by the names the configuration uses',
    ),
  };
}
