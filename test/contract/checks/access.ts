import { GetAccountSettingCommand } from '@aws-sdk/client-ecr';
import type { Check } from '../check.ts';

const CHALLENGE = /^Basic realm="https:\/\/[^"]+\/",service="ecr\.amazonaws\.com"$/;

export const ACCESS: readonly Check[] = [
  {
    name: 'without credentials it answers 401 with a Basic challenge',
    steps: [
      {
        kind: 'http',
        method: 'GET',
        url: '/v2/',
        authorization: 'none',
        expect: { status: 401, headers: { 'www-authenticate': CHALLENGE } },
      },
    ],
  },
  {
    name: 'a Bearer token and a wrong password are 401',
    steps: [
      {
        kind: 'http',
        method: 'GET',
        url: '/v2/',
        authorization: 'as in headers',
        headers: { authorization: 'Bearer abc' },
        expect: { status: 401 },
      },
      {
        kind: 'http',
        method: 'GET',
        url: '/v2/',
        authorization: 'as in headers',
        headers: { authorization: `Basic ${Buffer.from('AWS:wrong').toString('base64')}` },
        expect: { status: 401 },
      },
      { kind: 'http', method: 'GET', url: '/v2/', expect: { status: 200 } },
    ],
  },
  {
    name: 'mounts are off in an account that has not switched them on',
    steps: [
      {
        kind: 'api',
        operation: 'GetAccountSetting BLOB_MOUNTING',
        call: ({ sdk }) => sdk.send(new GetAccountSettingCommand({ name: 'BLOB_MOUNTING' })),
        expect: { kind: 'output', fields: { value: 'DISABLED' } },
      },
    ],
  },
  {
    name: 'an upload into a repository that is not there is a 404',
    steps: [
      {
        kind: 'http',
        method: 'POST',
        url: '/v2/{missing}/blobs/uploads/',
        expect: {
          status: 404,
          code: 'NAME_UNKNOWN',
          message: /^The repository with name '.+' does not exist in the registry with id '\d{12}'$/,
        },
      },
    ],
  },
];
