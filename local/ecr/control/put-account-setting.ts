import type { GetAccountSettingResponse, PutAccountSettingResponse } from '@aws-sdk/client-ecr';
import * as v from 'valibot';
import {
  ACCOUNT_SETTING_VALUES,
  type AccountSetting,
  accountSetting,
  isAccountSetting,
} from '../registry-settings.ts';
import type { Wire } from '../wire.ts';
import { ControlError } from './control-error.ts';
import { parseInput } from './input.ts';
import type { Operation } from './operation.ts';

export const putAccountSetting: Operation = ({ world }, raw) => {
  const input = parseInput(v.object({ name: v.string(), value: v.string() }), raw);
  const name = checkName(input.name);
  const { value } = input;
  if (!ACCOUNT_SETTING_VALUES[name].includes(value)) {
    throw new ControlError(
      'ValidationException',
      `'${value}' is not a value of the account setting '${name}'`,
    );
  }
  world.state.change({ kind: 'accountSetting', name, value });
  return { name, value } satisfies Wire<PutAccountSettingResponse>;
};

export const getAccountSetting: Operation = ({ world }, raw) => {
  const name = checkName(parseInput(v.object({ name: v.string() }), raw).name);
  const value = accountSetting(world.state.accountSettings, name);
  return { name, value } satisfies Wire<GetAccountSettingResponse>;
};

function checkName(name: string): AccountSetting {
  if (isAccountSetting(name)) return name;
  throw new ControlError('ValidationException', `'${name}' is not an account setting`);
}
