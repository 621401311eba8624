import { describe, expect, test } from '@jest/globals';
import { SLACK_PATH } from '../../../bot/http/server.ts';
import { properties, type Stacks } from './stacks.ts';

/** The one address. */
export function testEdge(stacks: Stacks): void {
  describe('where Slack posts to', () => {
    test('is an HTTP API with one route, a limit and a log', () => {
      expect(stacks.plain.all('AWS::Lambda::Url')).toEqual([]);
      expect(properties(stacks.plain, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey)).toEqual([
        `POST ${SLACK_PATH}`,
      ]);
      const [stage] = properties(stacks.plain, 'AWS::ApiGatewayV2::Stage');
      expect(stage).toMatchObject({
        DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
        AccessLogSettings: { DestinationArn: expect.anything() },
      });
      expect(JSON.stringify(stage?.['AccessLogSettings'])).not.toMatch(/body|header/i);
      const [integration] = properties(stacks.plain, 'AWS::ApiGatewayV2::Integration');
      expect(integration).toMatchObject({ PayloadFormatVersion: '2.0' });
    });

    test('is a Function URL where the configuration says so, open to the world by these two permissions alone', () => {
      expect(stacks.url.all('AWS::ApiGatewayV2::Api')).toEqual([]);
      const open = properties(stacks.url, 'AWS::Lambda::Permission').filter(
        ({ Principal }) => Principal === '*',
      );
      expect(open.map(({ Action }) => Action).toSorted()).toEqual([
        'lambda:InvokeFunction',
        'lambda:InvokeFunctionUrl',
      ]);
      expect(stacks.url.text).toMatch(/"SlackRequestUrl"/);
    });

    test('is the only thing that anybody may call', () => {
      const principals = properties(stacks.plain, 'AWS::Lambda::Permission').map(
        ({ Principal }) => Principal,
      );
      expect(new Set(principals)).toEqual(new Set(['apigateway.amazonaws.com', 'events.amazonaws.com']));
      // Confused deputies: each names whose event or API it is.
      for (const permission of properties(stacks.plain, 'AWS::Lambda::Permission')) {
        expect(permission).toHaveProperty('SourceArn');
      }
    });
  });
}
