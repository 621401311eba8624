import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bot } from './bot.ts';
import type { Deployment } from './deployment.ts';
import { asFunction } from './exact.ts';

/** The one address for commands, interactions and events. The bot answers nothing that Slack has not signed. */
export const SLACK_PATH = '/slack/events';
/** Far above what a workspace sends, and low enough that a flood costs little. */
const A_SECOND = 50;

/** Where Slack posts to. Its address stays as long as the ids here do. */
export function mirrorEdge(stack: Stack, { config }: Deployment, { live }: Bot): string {
  switch (config.aws.edge) {
    case 'function-url': {
      const { url } = live.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
      return `${url}${SLACK_PATH.slice(1)}`;
    }
    case 'http-api': {
      const api = new HttpApi(stack, 'Api', {
        description: 'Mirror: what Slack posts',
        createDefaultStage: false,
      });
      api.addRoutes({
        path: SLACK_PATH,
        methods: [HttpMethod.POST],
        integration: new HttpLambdaIntegration('Bot', asFunction(live)),
      });
      const log = new LogGroup(stack, 'ApiLog', {
        retention: config.aws.logDays,
        removalPolicy: RemovalPolicy.DESTROY,
      });
      new HttpStage(stack, 'Stage', {
        httpApi: api,
        stageName: '$default',
        autoDeploy: true,
        throttle: { rateLimit: A_SECOND, burstLimit: 2 * A_SECOND },
        accessLogSettings: {
          destination: new LogGroupLogDestination(log),
          format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
        },
      });
      return `${api.apiEndpoint}${SLACK_PATH}`;
    }
    default:
      return config.aws.edge satisfies never;
  }
}

/** API Gateway developer guide, "Logging variables for HTTP APIs". Nothing of a body or a header. */
const LOGGED = {
  at: '$context.requestTime',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  tookMs: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
};
