/**
 * Every right on AWS that the product uses, once, with its reason: what `npm run iam` prints for one machine, and what
 * the infrastructure grants each function. A call that is not in this list is refused on AWS; a test compares it with the
 * calls in the code.
 */
export interface Permission {
  /** IAM's name. */
  readonly action: string;
  readonly on: Resource;
  readonly parts: readonly Part[];
  /** What does not work without it. */
  readonly why: string;
}

/**
 * listener: commands and clicks · notifier: what is said · worker: look-ups, copies, findings · tick: what is due ·
 * doctor: `mirror doctor` and other verbs of the command beside them, and the look at the start of `npm start`.
 */
export type Part = 'listener' | 'notifier' | 'worker' | 'tick' | 'doctor';
export type Resource =
  | 'table'
  /** The table's indexes. */
  | 'indexes'
  | 'work queue'
  | 'notify queue'
  | 'work dead letters'
  | 'notify dead letters'
  /** ECR repositories below the teams' prefixes. */
  | 'repositories'
  /** What IAM cannot narrow (service authorization reference, "Resource types": none). */
  | 'anything';

const everybody: readonly Part[] = ['listener', 'notifier', 'worker', 'tick'];
const table = (action: string, parts: readonly Part[], why: string): Permission => ({
  action: `dynamodb:${action}`,
  on: 'table',
  parts,
  why,
});
const ecr = (action: string, why: string, parts: readonly Part[] = ['worker']): Permission => ({
  action: `ecr:${action}`,
  on: 'repositories',
  parts,
  why,
});
const queue = (on: Resource, parts: readonly Part[], why: string, actions: readonly string[]) =>
  actions.map((action): Permission => ({ action: `sqs:${action}`, on, parts, why }));
const HEAR = ['ReceiveMessage', 'ChangeMessageVisibility', 'DeleteMessage'];

export const PERMISSIONS: readonly Permission[] = [
  table('GetItem', [...everybody, 'doctor'], 'reading a request'),
  table('BatchGetItem', ['listener', 'notifier'], 'lists: pending, mine, history, the Home tab'),
  table('PutItem', everybody, 'a new request, and rows beside it'),
  table('UpdateItem', everybody, 'every change of a request'),
  table('Query', everybody, 'rows of one repository'),
  table('DescribeTable', ['doctor'], 'whether keys and indexes are those of this version'),
  {
    action: 'dynamodb:Query',
    on: 'indexes',
    parts: ['listener', 'notifier', 'worker', 'tick', 'doctor'],
    why: 'finding what is due, and a person’s own requests',
  },
  ...queue('work queue', everybody, 'ringing the worker', ['SendMessage']),
  ...queue('notify queue', everybody, 'ringing the notifier', ['SendMessage']),
  ...queue('work queue', ['worker'], 'hearing doorbells', HEAR),
  ...queue('notify queue', ['notifier'], 'hearing doorbells', HEAR),
  ...queue('work dead letters', ['worker'], 'ending what nobody could answer', HEAR),
  ...queue('notify dead letters', ['notifier'], 'counting what nobody could tell', HEAR),
  ...queue('work queue', ['doctor'], 'whether it is there, and what waits in it', ['GetQueueAttributes']),
  ...queue('notify queue', ['doctor'], 'whether it is there, and what waits in it', ['GetQueueAttributes']),
  ...queue('work dead letters', ['doctor'], 'whether something died', ['GetQueueAttributes']),
  ...queue('notify dead letters', ['doctor'], 'whether something died', ['GetQueueAttributes']),
  {
    action: 'ecr:GetAuthorizationToken',
    on: 'anything',
    parts: ['worker', 'doctor'],
    why: 'logging in to the registry',
  },
  {
    action: 'ecr:DescribePullThroughCacheRules',
    on: 'anything',
    parts: ['worker', 'doctor'],
    why: 'refusing a repository that ECR fills itself before a byte moves',
  },
  ecr('DescribeRepositories', 'whether the repository is there, and its settings', ['worker', 'doctor']),
  ecr('CreateRepository', 'creating a repository before its first image'),
  ecr('TagResource', 'AWS tags of a new repository (repositories.tags)'),
  ecr('DescribeImages', 'what a tag holds already', ['worker', 'doctor']),
  ecr('ListImages', 'mirror adopt: which tags stand in a repository', ['doctor']),
  ecr('BatchGetImage', 'reading back what was put', ['worker', 'doctor']),
  ecr('GetDownloadUrlForLayer', 'reading layers of a source in the same registry, and mounting them'),
  ecr('BatchCheckLayerAvailability', 'which layers are there already', ['worker', 'doctor']),
  ecr('InitiateLayerUpload', 'uploading a layer', ['worker', 'doctor']),
  ecr('UploadLayerPart', 'uploading a layer', ['worker', 'doctor']),
  ecr('CompleteLayerUpload', 'uploading a layer', ['worker', 'doctor']),
  ecr('PutImage', 'manifests and the tag', ['worker', 'doctor']),
  ecr('DescribeImageScanFindings', 'findings', ['worker', 'doctor']),
  ecr('BatchGetRepositoryScanningConfiguration', 'whether anything scans the repository'),
  {
    action: 'ecr:GetRegistryPolicy',
    on: 'anything',
    parts: ['doctor'],
    why: 'whether others may write below the prefixes',
  },
  {
    action: 'ecr:GetAccountSetting',
    on: 'anything',
    parts: ['doctor'],
    why: 'whether the registry policy counts for pushes',
  },
];

/** The permissions of these parts on this kind of resource, each action once. */
export const actionsOn = (on: Resource, parts: readonly Part[]): readonly string[] => [
  ...new Set(
    PERMISSIONS.filter((each) => each.on === on && each.parts.some((part) => parts.includes(part))).map(
      ({ action }) => action,
    ),
  ),
];
