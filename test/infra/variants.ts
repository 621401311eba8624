import type { ConfigInput } from '../../core/config/schema.ts';

export interface Variant {
  readonly input: ConfigInput;
  /** Default true; false: every finding of cdk-nag is told. */
  readonly acknowledged?: boolean;
  /** By CloudFormation's own rules; they take a second, and the plain stack is judged by them where it is synthesized whole. */
  readonly validated?: boolean;
}

const BASE: ConfigInput = {
  teams: [
    { id: 'default', prefixes: ['base-images'], approvers: { users: [], userGroups: ['S012AB3CD'] } },
    { id: 'shop', prefixes: ['shop/'], approvers: { users: ['U012AB3CD'], userGroups: [] } },
  ],
  destinations: [{ name: 'prod', account: '123456789012', region: 'eu-central-1' }],
  channels: { default: 'C012AB3CD' },
};
export const ELSEWHERE = { account: '210987654321', region: 'eu-west-1' } as const;
export const WRITER = `arn:aws:iam::${ELSEWHERE.account}:role/mirror-writer-team`;
const TWO_PLACES: ConfigInput = {
  ...BASE,
  destinations: [
    ...BASE.destinations,
    { name: 'near', account: '123456789012', region: 'eu-west-1' },
    { name: 'team', ...ELSEWHERE, role: WRITER },
  ],
  aws: { name: 'two', workers: 20, alarmEmail: 'platform@example.com', logDays: 30 },
  repositories: { encryption: { type: 'KMS', key: '11111111-2222-3333-4444-555555555555' } },
};

/** The configurations whose stacks are looked at. */
export const VARIANTS = {
  plain: { input: BASE },
  url: { input: { ...BASE, aws: { edge: 'function-url' } } },
  elsewhere: { input: TWO_PLACES, validated: true },
  bare: { input: BASE, acknowledged: false },
  bareElsewhere: { input: TWO_PLACES, acknowledged: false },
} satisfies Readonly<Record<string, Variant>>;
