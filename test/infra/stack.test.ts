import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DIMENSION, IN_CLOUDWATCH, NAMESPACE } from '../../core/metrics/emf.ts';
import { QUEUE_LIMITS } from '../../core/queue/limits.ts';
import { TABLE } from '../../core/store/table.ts';
import { SLACK_PATH } from '../../bot/http/server.ts';
import { type EventBody, scanEvent } from '../../local/ecr/events/shapes.ts';
import { fitsPattern } from './event-pattern.ts';
import { actionsOf, may, rightsOf } from './rights.ts';
import { ACCOUNT, readTemplate, REGION, type Template } from './template.ts';
import { ELSEWHERE, WRITER } from './variants.ts';

const ROOT = join(import.meta.dirname, '../..');
let out: string;
let plain: Template;
let url: Template;
let two: Template;
let team: Template;
let near: Template;
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'mirror-stacks-'));
  const script = join(ROOT, 'test/infra/synth-variants.ts');
  await promisify(execFile)(process.execPath, [script, out], { cwd: ROOT, maxBuffer: 50_000_000 });
  const read = (variant: string, stack: string) => readTemplate(join(out, variant, `${stack}.template.json`));
  plain = read('plain', 'Mirror-prod');
  url = read('url', 'Mirror-prod');
  two = read('elsewhere', 'Mirror-two');
  team = read('elsewhere', 'Mirror-two-to-team');
  near = read('elsewhere', 'Mirror-two-to-near');
}, 600_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

const properties = (template: Template, type: string): readonly Readonly<Record<string, unknown>>[] =>
  template.all(type).map(([, { Properties }]) => Properties);

describe('what holds state', () => {
  /** Another id is another resource: the table would be made anew and empty, and Slack would post to nobody. */
  test('has ids that never change', () => {
    const ids = (type: string, template = plain) => template.all(type).map(([id]) => id);
    expect({
      table: ids('AWS::DynamoDB::GlobalTable'),
      secrets: ids('AWS::SecretsManager::Secret'),
      queues: ids('AWS::SQS::Queue'),
      api: ids('AWS::ApiGatewayV2::Api'),
      alias: ids('AWS::Lambda::Alias'),
      url: ids('AWS::Lambda::Url', url),
    }).toMatchInlineSnapshot(`
{
  "alias": [
    "BotLive14971D72",
  ],
  "api": [
    "ApiF70053CD",
  ],
  "queues": [
    "WorkDead88716165",
    "WorkBF636A8B",
    "NotifyDead73EFF4E1",
    "Notify29C25B1B",
    "Failed178E83A2",
  ],
  "secrets": [
    "SlackSecret",
    "RegistrySecret",
  ],
  "table": [
    "TableCD117FA1",
  ],
  "url": [
    "BotLiveFunctionUrl4E66DBDF",
  ],
}
`);
  });

  test('stays when the stack goes, and the table cannot be deleted by mistake', () => {
    for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::SecretsManager::Secret']) {
      for (const [, resource] of plain.all(type)) {
        expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      }
    }
    const { Properties } = plain.one('AWS::DynamoDB::GlobalTable', 'Table');
    expect(Properties['Replicas']).toEqual([
      expect.objectContaining({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ]);
  });

  test('is the table that the store expects', () => {
    const { Properties } = plain.one('AWS::DynamoDB::GlobalTable', 'Table');
    const key = (name: string, KeyType: string) => ({ AttributeName: name, KeyType });
    expect(Properties['KeySchema']).toEqual([key(TABLE.partitionKey, 'HASH'), key(TABLE.sortKey, 'RANGE')]);
    expect(Properties['TimeToLiveSpecification']).toEqual({ AttributeName: TABLE.timeToLive, Enabled: true });
    const wanted = Object.values(TABLE.indexes).map((index) =>
      expect.objectContaining({
        IndexName: index.name,
        KeySchema: [key(index.partitionKey, 'HASH'), key(index.sortKey, 'RANGE')],
        Projection: { ProjectionType: index.projection },
      }),
    );
    expect(Properties['GlobalSecondaryIndexes']).toEqual(wanted);
    const numbers = Object.values(TABLE.indexes).map((index) => [index.sortKey, index.sortKeyType]);
    for (const [AttributeName, AttributeType] of numbers) {
      expect(Properties['AttributeDefinitions']).toContainEqual({ AttributeName, AttributeType });
    }
  });

  test('is never written over by a deployment: no secret has a value', () => {
    for (const secret of properties(plain, 'AWS::SecretsManager::Secret')) {
      expect(Object.keys(secret).filter((name) => !['Description', 'Tags'].includes(name))).toEqual([]);
    }
  });
});

describe('each function', () => {
  test('runs on Node 24 and arm64, with a log of its own that ends', () => {
    const functions = plain.all('AWS::Lambda::Function');
    expect(functions.map(([id]) => id.slice(0, -8)).toSorted()).toEqual([
      'Bot',
      'Notifier',
      'Tick',
      'Worker',
    ]);
    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      expect(Properties['LoggingConfig']).toMatchObject({ LogFormat: 'JSON', LogGroup: expect.anything() });
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
    for (const group of properties(plain, 'AWS::Logs::LogGroup')) expect(group['RetentionInDays']).toBe(90);
    for (const group of properties(two, 'AWS::Logs::LogGroup')) expect(group['RetentionInDays']).toBe(30);
  });

  test('fits into a new account: 3,008 MB at most', () => {
    for (const { MemorySize } of properties(plain, 'AWS::Lambda::Function')) {
      expect(Number(MemorySize)).toBeLessThanOrEqual(3_008);
    }
  });

  test('has the variables that it reads, and only its own secret', () => {
    const variables = (id: string): readonly string[] => {
      const { Environment } = plain.one('AWS::Lambda::Function', id).Properties as {
        readonly Environment: { readonly Variables: object };
      };
      return Object.keys(Environment.Variables)
        .filter((name) => name.startsWith('MIRROR_'))
        .toSorted();
    };
    const all = ['MIRROR_NOTIFY_QUEUE_URL', 'MIRROR_TABLE', 'MIRROR_WORK_QUEUE_URL'];
    expect(variables('Bot')).toEqual([...all, 'MIRROR_SLACK_SECRET'].toSorted());
    expect(variables('Notifier')).toEqual(
      [...all, 'MIRROR_NOTIFY_DEAD_QUEUE_ARN', 'MIRROR_SLACK_SECRET'].toSorted(),
    );
    expect(variables('Worker')).toEqual(
      [...all, 'MIRROR_REGISTRY_SECRET', 'MIRROR_WORK_DEAD_QUEUE_ARN'].toSorted(),
    );
    expect(variables('Tick')).toEqual(all);
  });
});

describe('the queues', () => {
  test('keep a message from others for longer than its function may run, and take it only over TLS', () => {
    const timeouts = plain.all('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
      const fn = plain.resources[String(Object.values(Properties['FunctionName'] as object)[0])];
      const queue = JSON.stringify(Properties['EventSourceArn']).match(/"(\w+)","Arn"/)?.[1] ?? '';
      return [plain.resources[queue]?.Properties['VisibilityTimeout'], fn?.Properties['Timeout']] as const;
    });
    expect(timeouts).toHaveLength(4);
    for (const [visibility, timeout] of timeouts) expect(Number(visibility)).toBeGreaterThan(Number(timeout));
    expect(plain.all('AWS::SQS::QueuePolicy')).toHaveLength(plain.all('AWS::SQS::Queue').length);
    for (const { PolicyDocument } of properties(plain, 'AWS::SQS::QueuePolicy')) {
      expect(JSON.stringify(PolicyDocument)).toContain('"aws:SecureTransport":"false"');
    }
  });

  test('give a doorbell to the dead-letter queue after the tries that the code counts on', () => {
    const withDead = properties(plain, 'AWS::SQS::Queue').filter((each) => 'RedrivePolicy' in each);
    expect(withDead).toHaveLength(2);
    for (const queue of withDead) {
      expect(queue).toMatchObject({
        RedrivePolicy: { maxReceiveCount: QUEUE_LIMITS.maxReceiveCount },
        MessageRetentionPeriod: QUEUE_LIMITS.retentionSeconds,
      });
    }
  });

  test('wake the worker with one message at a time, as often at once as the configuration says', () => {
    const mappings = (template: Template) => properties(template, 'AWS::Lambda::EventSourceMapping');
    for (const mapping of mappings(plain)) {
      expect(mapping).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    }
    const atOnce = (template: Template, maximum: number) =>
      mappings(template).find(({ ScalingConfig }) =>
        JSON.stringify(ScalingConfig).includes(`"MaximumConcurrency":${maximum}`),
      );
    expect(atOnce(plain, 5)).toMatchObject({ BatchSize: 1 });
    expect(atOnce(two, 20)).toMatchObject({ BatchSize: 1 });
  });
});

describe('where Slack posts to', () => {
  test('is an HTTP API with one route, a limit and a log', () => {
    expect(plain.all('AWS::Lambda::Url')).toEqual([]);
    expect(properties(plain, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey)).toEqual([
      `POST ${SLACK_PATH}`,
    ]);
    const [stage] = properties(plain, 'AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
      AccessLogSettings: { DestinationArn: expect.anything() },
    });
    expect(JSON.stringify(stage?.['AccessLogSettings'])).not.toMatch(/body|header/i);
    const [integration] = properties(plain, 'AWS::ApiGatewayV2::Integration');
    expect(integration).toMatchObject({ PayloadFormatVersion: '2.0' });
  });

  test('is a Function URL where the configuration says so, open to the world by these two permissions alone', () => {
    expect(url.all('AWS::ApiGatewayV2::Api')).toEqual([]);
    const open = properties(url, 'AWS::Lambda::Permission').filter(({ Principal }) => Principal === '*');
    expect(open.map(({ Action }) => Action).toSorted()).toEqual([
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
    ]);
    expect(url.text).toMatch(/"SlackRequestUrl"/);
  });

  test('is the only thing that anybody may call', () => {
    const principals = properties(plain, 'AWS::Lambda::Permission').map(({ Principal }) => Principal);
    expect(new Set(principals)).toEqual(new Set(['apigateway.amazonaws.com', 'events.amazonaws.com']));
    // Confused deputies: each names whose event or API it is.
    for (const permission of properties(plain, 'AWS::Lambda::Permission')) {
      expect(permission).toHaveProperty('SourceArn');
    }
  });
});

describe('alarms', () => {
  test('watch every function for errors, and every queue', () => {
    const alarms = properties(plain, 'AWS::CloudWatch::Alarm');
    const errors = alarms.filter(({ MetricName }) => MetricName === 'Errors');
    for (const id of ['Bot', 'Notifier', 'Worker', 'Tick']) {
      expect(errors.some(({ Dimensions }) => JSON.stringify(Dimensions).includes(`"${id}`))).toBe(true);
    }
    const visible = 'ApproximateNumberOfMessagesVisible';
    expect(alarms.filter(({ MetricName }) => MetricName === visible)).toHaveLength(2);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        AlarmActions: [expect.anything()],
        AlarmDescription: expect.stringContaining('docs/'),
      });
    }
  });

  test('read figures that the functions write', () => {
    const own = properties(plain, 'AWS::CloudWatch::Alarm').filter(
      ({ Namespace }) => Namespace === NAMESPACE,
    );
    expect(own.length).toBeGreaterThan(0);
    for (const { Dimensions, MetricName } of own) {
      expect(IN_CLOUDWATCH).toContain(MetricName);
      expect(Dimensions).toEqual([{ Name: 'service', Value: DIMENSION.service }]);
    }
    // What is a graph and no alarm is written as well.
    for (const [name] of plain.text.matchAll(/mirror_[a-z_]+_total/g)) expect(IN_CLOUDWATCH).toContain(name);
  });

  test('are told to nobody by default, and to the address of the configuration', () => {
    expect(plain.all('AWS::SNS::Subscription')).toEqual([]);
    expect(properties(two, 'AWS::SNS::Subscription')).toEqual([
      expect.objectContaining({ Protocol: 'email', Endpoint: 'platform@example.com' }),
    ]);
  });
});

describe('the end of a scan', () => {
  const image = (repository: string) => ({
    repository,
    repositoryArn: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${repository}`,
    digest: `sha256:${'0'.repeat(64)}` as const,
    tags: [],
  });
  const event = (repository: string, format: 'basic' | 'enhanced', over: object = {}): object => {
    const findings = { kind: 'findings', status: 'COMPLETE', format, findings: [], completedAt: 1 } as const;
    const body: EventBody | undefined = scanEvent(image(repository) as never, findings);
    return { account: ACCOUNT, region: REGION, ...body, ...over };
  };
  const hears = (template: Template, one: object): boolean =>
    properties(template, 'AWS::Events::Rule').some(
      ({ EventPattern }) => EventPattern !== undefined && fitsPattern(template.resolve(EventPattern), one),
    );

  test.each(['basic', 'enhanced'] as const)('of %s scanning wakes the tick, for our prefixes', (format) => {
    expect(hears(plain, event('base-images/nginx', format))).toBe(true);
    expect(hears(plain, event('base-images', format))).toBe(true);
    expect(hears(plain, event('shop/front', format))).toBe(true);
  });

  test('of what is not ours, elsewhere, or no end of a scan wakes nobody', () => {
    expect(hears(plain, event('others/nginx', 'basic'))).toBe(false);
    expect(hears(plain, event('others/nginx', 'enhanced'))).toBe(false);
    expect(hears(plain, event('base-images/nginx', 'basic', { account: ELSEWHERE.account }))).toBe(false);
    expect(hears(plain, event('base-images/nginx', 'basic', { region: ELSEWHERE.region }))).toBe(false);
    expect(hears(plain, event('base-images/nginx', 'basic', { 'detail-type': 'ECR Image Action' }))).toBe(
      false,
    );
    const again = {
      'scan-status': 'SCAN_STATUS_CHANGE',
      'repository-name': image('base-images/x').repositoryArn,
    };
    expect(hears(plain, event('base-images/x', 'enhanced', { detail: again }))).toBe(false);
  });

  test('in another account or Region is heard there, brought home, and heard at home', () => {
    const there = event('base-images/nginx', 'basic', ELSEWHERE);
    expect(hears(team, there)).toBe(true);
    expect(hears(two, there)).toBe(true);
    const nearby = event('base-images/nginx', 'basic', { region: ELSEWHERE.region });
    expect(hears(near, nearby)).toBe(true);
    for (const template of [near, team]) {
      const targets = properties(template, 'AWS::Events::Rule').flatMap(({ Targets }) => Targets as object[]);
      for (const target of targets) {
        const home = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
        expect(target).toMatchObject({ Arn: home, RoleArn: expect.anything() });
      }
    }
    expect(properties(two, 'AWS::Events::EventBusPolicy')).toHaveLength(1);
  });
});

describe('a destination in another account', () => {
  test('has a role of the configured name that exactly the worker may take', () => {
    const { Properties } = team.one('AWS::IAM::Role', 'Writer');
    expect(Properties).toMatchObject({ RoleName: WRITER.split('/')[1], MaxSessionDuration: 3_600 });
    const worker = two.one('AWS::IAM::Role', 'WorkerRole').Properties['RoleName'];
    expect(team.resolve(Properties['AssumeRolePolicyDocument'])).toMatchObject({
      Statement: [{ Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/${worker}` } }],
    });
    expect(near.all('AWS::IAM::Role').filter(([id]) => id.startsWith('Writer'))).toEqual([]);
  });

  test('lets that role write below the prefixes and nowhere else, and the worker take it and no other', () => {
    const there = `arn:aws:ecr:${ELSEWHERE.region}:${ELSEWHERE.account}:repository`;
    const writer = rightsOf(team, 'Writer');
    expect(may(writer, 'ecr:PutImage', `${there}/base-images/nginx`)).toBe(true);
    expect(may(writer, 'ecr:PutImage', `${there}/others/nginx`)).toBe(false);
    expect(
      actionsOf(writer).filter((action) => /Delete|SetRepositoryPolicy|PutRegistry/.test(action)),
    ).toEqual([]);
    const worker = rightsOf(two, 'WorkerRole');
    expect(may(worker, 'sts:AssumeRole', WRITER)).toBe(true);
    expect(may(worker, 'sts:AssumeRole', WRITER.replace('team', 'other'))).toBe(false);
    expect(may(worker, 'ecr:PutImage', `${there}/base-images/nginx`)).toBe(false);
  });
});

describe('cdk-nag', () => {
  interface Report {
    readonly pluginReports: readonly {
      readonly pluginName: string;
      readonly violations: readonly {
        readonly ruleName: string;
        readonly violatingConstructs: readonly { readonly constructPath: string }[];
      }[];
    }[];
  }
  const findings = (variant: string): readonly string[] => {
    const report: Report = JSON.parse(readFileSync(join(out, variant, 'validation-report.json'), 'utf8'));
    return report.pluginReports
      .filter(({ pluginName }) => pluginName === 'AwsSolutions')
      .flatMap(({ violations }) => violations)
      .flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map(
          ({ constructPath }) => `${ruleName} ${constructPath.split('/').slice(0, 2).join('/')}`,
        ),
      )
      .toSorted();
  };

  test('finds nothing that is not acknowledged', () => {
    expect(findings('plain')).toEqual([]);
    expect(findings('elsewhere')).toEqual([]);
  });

  test.each(['bare', 'bareElsewhere'])(
    'finds everything that is acknowledged: no reason is stale (%s)',
    (variant) => {
      const said: { readonly at: string; readonly rule: string; readonly reason: string }[] = JSON.parse(
        readFileSync(join(out, `${variant}.acknowledged.json`), 'utf8'),
      );
      expect(findings(variant)).toEqual(said.map(({ at, rule }) => `AwsSolutions-${rule} ${at}`).toSorted());
      for (const { reason } of said) expect(reason.split(' ').length).toBeGreaterThan(8);
    },
  );
});
