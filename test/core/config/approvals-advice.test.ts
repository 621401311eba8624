import { expect, test } from '@jest/globals';
import { configAdvice } from '../../../core/config/advice.ts';
import type { ConfigInput } from '../../../core/config/schema.ts';
import { sampleConfig } from './sample-config.ts';

const advice = (rule: Partial<NonNullable<ConfigInput['rules']>[number]>) =>
  configAdvice(sampleConfig({ rules: [{ name: 'two', approvals: 2, ...rule }] })).map(
    ({ message, path }) => `${path}: ${message}`,
  );

test('more approvals than people who are named can never be given', () => {
  const few = 'rules[0].approvals: rule two asks for 2 approvals, and fewer people are named';
  expect(advice({ approvers: { users: ['U0ANN'] } })).toEqual([few]);
  expect(advice({ approvers: { users: ['U0ANN', 'U0BOB'] } })).toEqual([]);
  // Who is in a group is Slack's to say.
  expect(advice({ approvers: { users: ['U0ANN'], userGroups: ['S0SEC'] } })).toEqual([]);
  expect(advice({})).toEqual([]);
  expect(advice({ approvers: { users: ['U0ANN'] }, decision: 'auto', minAgeDays: 0 })).toEqual([]);
});
