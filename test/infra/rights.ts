import { evaluate } from '../../core/permissions/evaluate.ts';
import type { PolicyDocument, PolicyStatement } from '../../core/permissions/policy-document.ts';
import { ACCOUNT, type Template } from './template.ts';

/** Everything that the role whose id begins so is allowed by its own policies, with concrete ARNs. */
export function rightsOf(template: Template, roleId: string): PolicyDocument {
  const { id, Properties } = template.one('AWS::IAM::Role', roleId);
  const attached = template
    .all('AWS::IAM::Policy')
    .filter(([, policy]) => JSON.stringify(policy.Properties['Roles']).includes(`"${id}"`))
    .map(([, policy]) => policy.Properties['PolicyDocument']);
  const inline = (Properties['Policies'] ?? []) as readonly { readonly PolicyDocument: unknown }[];
  const documents = [...attached, ...inline.map(({ PolicyDocument }) => PolicyDocument)];
  const Statement = documents.flatMap((each) => (template.resolve(each) as PolicyDocument).Statement);
  return { Version: '2012-10-17', Statement };
}

export const actionsOf = ({ Statement }: PolicyDocument): readonly string[] => [
  ...new Set(Statement.flatMap(({ Action }: PolicyStatement) => Action)),
];

/** May the role do this there? */
export const may = (rights: PolicyDocument, action: string, resource: string): boolean =>
  evaluate(rights, {
    principal: `arn:aws:iam::${ACCOUNT}:role/under-test`,
    action,
    resource,
    context: { 'kms:ViaService': 'ecr.eu-central-1.amazonaws.com' },
  }) === 'allow';
