import type { FunctionName } from '../../local/lambda/deployed.ts';
import { ACCOUNT, arnOf, REGION, type Template } from './template.ts';

const ALL: readonly FunctionName[] = ['Bot', 'Notifier', 'Worker', 'Tick'];

/** What a role has although no command in the bundle asks for it, by whom it is used. */
export const NOT_OF_THE_CODE: Readonly<
  Record<string, { readonly of: readonly FunctionName[]; readonly why: string }>
> = {
  'logs:CreateLogStream': { of: ALL, why: 'Lambda writes the log' },
  'logs:PutLogEvents': { of: ALL, why: 'Lambda writes the log' },
  'sqs:ReceiveMessage': { of: ['Notifier', 'Worker'], why: 'Lambda polls' },
  'sqs:DeleteMessage': { of: ['Notifier', 'Worker'], why: 'Lambda polls' },
  'sqs:GetQueueAttributes': {
    of: ['Notifier', 'Worker', 'Tick'],
    why: 'Lambda polls, and tells of failures',
  },
  'sqs:GetQueueUrl': { of: ['Notifier', 'Tick'], why: 'CDK grants it beside sending, for failures' },
  'ecr:TagResource': { of: ['Worker'], why: 'CreateRepository with repositories.tags asks for it' },
  'ecr:GetDownloadUrlForLayer': { of: ['Worker'], why: 'mounting a layer asks for it at its source' },
};

/** Where an action is to be allowed, and what is somebody else's; none where IAM knows no resource. */
export function placesOf(
  template: Template,
  name: FunctionName,
  action: string,
): { readonly good: string; readonly foreign?: string } {
  const [service = ''] = action.split(':');
  switch (service) {
    case 'dynamodb': {
      const good = arnOf(template, 'AWS::DynamoDB::GlobalTable', 'Table');
      return { good, foreign: good.replace(/[^/]+$/, 'payroll') };
    }
    case 'sqs': {
      const good = template
        .all('AWS::SQS::Queue')
        .map(([id]) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${id}`)
        .find((arn) => /:Work[A-F0-9]{8}$/.test(arn));
      return { good: good ?? '', foreign: `arn:aws:sqs:${REGION}:${ACCOUNT}:payroll` };
    }
    case 'secretsmanager': {
      const slack = arnOf(template, 'AWS::SecretsManager::Secret', 'SlackSecret');
      const registry = arnOf(template, 'AWS::SecretsManager::Secret', 'RegistrySecret');
      return name === 'Worker' ? { good: registry, foreign: slack } : { good: slack, foreign: registry };
    }
    case 'ecr': {
      if (WITHOUT_RESOURCE.includes(action)) return { good: '*' };
      const at = (repository: string) => `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${repository}`;
      return { good: at('base-images/nginx'), foreign: at('payroll/nginx') };
    }
    default:
      throw new Error(`nobody knows where ${action} is to be allowed`);
  }
}

/** Service authorization reference, Amazon ECR: no resource type. */
const WITHOUT_RESOURCE = ['ecr:GetAuthorizationToken', 'ecr:DescribePullThroughCacheRules'];
