/** The workspace as it stands on the first day. Ids have Slack's form and never change: scripts and tests may name them. */
export const team = { id: 'T01ACME0001', name: 'Acme', domain: 'acme' } as const;
export const app = {
  id: 'A01MIRROR01',
  name: 'mirror',
  user: 'U01MIRROR01',
  bot: 'B01MIRROR01',
  /** No secrets: this workspace exists on loopback only. */
  botToken: 'xoxb-local-mirror',
  appToken: 'xapp-local-mirror',
  signingSecret: '10ca110ca110ca110ca110ca110ca110',
  verificationToken: 'local-verification',
} as const;

export interface PersonSeed {
  readonly id: string;
  readonly name: string;
  readonly real_name: string;
  readonly role: string;
  readonly is_restricted?: true;
  readonly deleted?: true;
}

export const people: readonly PersonSeed[] = [
  { id: 'U01ALICE001', name: 'alice', real_name: 'Alice', role: 'requester' },
  { id: 'U01BOB00001', name: 'bob', real_name: 'Bob', role: 'approver' },
  { id: 'U01CAROL001', name: 'carol', real_name: 'Carol', role: 'approver' },
  { id: 'U01DAVE0001', name: 'dave', real_name: 'Dave', role: 'outsider' },
  { id: 'U01ERIN0001', name: 'erin', real_name: 'Erin', role: 'guest', is_restricted: true },
  { id: 'U01FRANK001', name: 'frank', real_name: 'Frank', role: 'deactivated', deleted: true },
];

const everybody = people.filter((person) => !person.deleted).map((person) => person.id);
const staff = people.filter((person) => !person.deleted && !person.is_restricted).map((person) => person.id);

export interface ChannelSeed {
  readonly id: string;
  readonly name: string;
  readonly is_private: boolean;
  readonly is_archived: boolean;
  readonly members: readonly string[];
}

export const channels: readonly ChannelSeed[] = [
  { id: 'C01IMAGEREQ', name: 'image-requests', is_private: false, is_archived: false, members: everybody },
  { id: 'C01GENERAL1', name: 'general', is_private: false, is_archived: false, members: staff },
  {
    id: 'C01SHOPPRIV',
    name: 'shop-private',
    is_private: true,
    is_archived: false,
    members: ['U01ALICE001', 'U01BOB00001'],
  },
  { id: 'C01ARCHIVED', name: 'archived', is_private: false, is_archived: true, members: staff },
];

export const userGroups = [
  {
    id: 'S01PLATFORM',
    handle: 'platform-approvers',
    name: 'Platform approvers',
    users: ['U01BOB00001', 'U01CAROL001'],
  },
] as const;

/** As the app's manifest lists them. */
export const shortcuts = [
  {
    type: 'global',
    callback_id: 'mirror_image',
    name: 'Mirror an image',
    description: 'Ask for a container image to be let into ECR',
  },
  {
    type: 'message',
    callback_id: 'mirror_message',
    name: 'Mirror these images',
    description: 'Ask for the images that this message names',
  },
] as const;

export const commands = [
  {
    command: '/mirror',
    description: 'Mirror a container image into ECR',
    usage_hint: '<source> [target], or help',
  },
] as const;
