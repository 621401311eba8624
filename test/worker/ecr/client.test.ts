import { expect, test } from '@jest/globals';
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { createEcr } from '../../../worker/ecr/client.ts';
import { environmentProxy } from '../../../worker/registry/proxy.ts';
import { startConnectProxy } from '../registry/connect-proxy.ts';

test('ECR’s API is asked through the proxy of the environment, where one is given', async () => {
  const proxy = await startConnectProxy({ answer: 'HTTP/1.1 403 Forbidden\r\n\r\n' });
  const { client } = createEcr(
    { account: '123456789012', region: 'eu-central-1' },
    {
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
      maxAttempts: 1,
      proxyOf: environmentProxy({ HTTPS_PROXY: proxy.origin }),
    },
  );
  await expect(client.send(new DescribeRepositoriesCommand({}))).rejects.toThrow();
  expect(proxy.asked).toEqual([
    expect.stringMatching(/^CONNECT api\.ecr\.eu-central-1\.amazonaws\.com:443 /),
  ]);
  client.destroy();
  await proxy.close();
});
