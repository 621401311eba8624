import { parseConfig } from '../../core/config/parse.ts';

export const CHANNEL = 'C0MIRROR';

/** Every kind of rule: one approval, two, a scan gate, broken glass; somebody is always at work, and reminded soon. */
const parsed = parseConfig(
  JSON.stringify({
    teams: [{ id: 'default', prefixes: ['r'], approvers: { users: ['U01', 'U02', 'U03'] } }],
    destinations: [{ name: 'd', account: '123456789012', region: 'eu-central-1' }],
    rules: [
      ...['r/own*x1', 'r/shared'].map((target) => ({
        name: `gate of ${target}`,
        match: { target },
        expiresAfterHours: 2,
        gate: { severity: 'HIGH', expiresAfterHours: 3 },
      })),
      {
        name: 'two',
        match: { target: 'r/own*x2' },
        expiresAfterHours: 2,
        approvals: 2,
        remindAfterHours: 0.3,
        escalation: { afterHours: 0.6, to: { users: ['U04'] } },
      },
      { name: 'glass', match: { target: 'r/own*x3' }, expiresAfterHours: 2, breakGlass: { users: ['U03'] } },
      { name: 'default', expiresAfterHours: 2, remindAfterHours: 0.4 },
    ],
    hours: { workingDays: [1, 2, 3, 4, 5, 6, 7], working: { from: '00:00', to: '23:59' } },
    channels: { default: CHANNEL },
  }),
);
if (!parsed.ok)
  throw new Error(`the simulation has a broken configuration: ${JSON.stringify(parsed.problems)}`);
export const { config, hash: configHash } = parsed;
