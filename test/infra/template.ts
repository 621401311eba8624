import { readFileSync } from 'node:fs';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A synthesized template, with what Ref, GetAtt and their like would become in the account. */
export interface Template {
  readonly text: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  all(type: string): readonly (readonly [id: string, resource: Resource])[];
  /** The one whose id begins so. */
  one(type: string, id: string): Resource & { readonly id: string };
  /** Concrete values in place of intrinsic functions: `arn:aws:sqs:eu-central-1:123456789012:WorkF1E2`. */
  resolve(value: unknown): unknown;
}

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';

export function readTemplate(file: string): Template {
  const text = readFileSync(file, 'utf8');
  const json: { Resources: Record<string, Resource>; Outputs?: Template['outputs'] } = JSON.parse(text);
  const resources = json.Resources;
  const all: Template['all'] = (type) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  return {
    text,
    resources,
    outputs: json.Outputs ?? {},
    all,
    one: (type, id) => {
      const found = all(type).filter(([name]) => name.startsWith(id));
      const [first, ...more] = found;
      if (!first || more.length > 0) throw new Error(`${found.length} of ${type} ${id}`);
      return { id: first[0], ...first[1] };
    },
    resolve: (value) => resolve(resources, value),
  };
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};
/** How an ARN of each kind is written, by what GetAtt Arn or a Ref give. */
const ARNS: Readonly<Record<string, (id: string) => string>> = {
  'AWS::DynamoDB::GlobalTable': (id) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${id}`,
  'AWS::SQS::Queue': (id) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${id}`,
  'AWS::SecretsManager::Secret': (id) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${id}-a1b2c3`,
  'AWS::Lambda::Function': (id) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${id}`,
  'AWS::Logs::LogGroup': (id) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${id}:*`,
  'AWS::SNS::Topic': (id) => `arn:aws:sns:${REGION}:${ACCOUNT}:${id}`,
  'AWS::IAM::Role': (id) => `arn:aws:iam::${ACCOUNT}:role/${id}`,
};
/** The ARN of the one whose id begins so. */
export const arnOf = (template: Template, type: string, id: string): string =>
  ARNS[type]?.(template.one(type, id).id) ?? '';

/** Whose Ref is an ARN and not a name. */
const REF_IS_ARN = ['AWS::SecretsManager::Secret', 'AWS::SNS::Topic'];

function resolve(resources: Readonly<Record<string, Resource>>, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => resolve(resources, each));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, operand] = ['', undefined]] = entries;
  if (entries.length === 1) {
    switch (name) {
      case 'Ref':
        return refOf(resources, String(operand));
      case 'Fn::GetAtt': {
        const [id = '', attribute] = Array.isArray(operand) ? operand.map(String) : [];
        const arn = ARNS[resources[id]?.Type ?? ''];
        return attribute === 'Arn' && arn ? arn(id) : `${id}.${attribute}`;
      }
      case 'Fn::Join': {
        const [by, parts] = Array.isArray(operand) ? operand : [];
        return (Array.isArray(parts) ? parts : []).map((each) => resolve(resources, each)).join(String(by));
      }
      default:
    }
  }
  return Object.fromEntries(entries.map(([key, each]) => [key, resolve(resources, each)]));
}

function refOf(resources: Readonly<Record<string, Resource>>, id: string): string {
  const pseudo = PSEUDO[id];
  if (pseudo !== undefined) return pseudo;
  const type = resources[id]?.Type ?? '';
  return REF_IS_ARN.includes(type) ? (ARNS[type]?.(id) ?? id) : id;
}
