import type { IncomingMessage } from 'node:http';
import { type Listening, listen, readBody } from '../server.ts';
import type { LambdaFunction } from './function.ts';

/** Both send payload format 2.0; they differ in what they say of themselves. */
export type EdgeKind = 'http-api' | 'function-url';

/**
 * What stands before a function that is called over HTTP (API Gateway developer guide, "Lambda proxy integrations for
 * HTTP APIs"; Lambda developer guide, "Invoking function URLs"). A function that fails is a 500, one that dies a 502.
 */
export async function startHttpEdge(kind: EdgeKind, fn: LambdaFunction): Promise<Listening> {
  return listen((request, response) => {
    const answer = async (): Promise<void> => {
      const invoked = await fn.invoke(await eventOf(kind, request));
      if (invoked.kind !== 'answer') {
        response.writeHead(invoked.kind === 'died' ? 502 : 500, { 'content-type': 'application/json' });
        response.end('{"message":"Internal Server Error"}');
        return;
      }
      const { body, headers, statusCode } = answerOf(invoked.payload);
      response.writeHead(statusCode, headers).end(body);
    };
    answer().catch(() => response.destroy());
  });
}

/** Bodies that are not plain text or JSON come in base64, forms among them. */
async function eventOf(kind: EdgeKind, request: IncomingMessage): Promise<object> {
  const bytes = await readBody(request);
  const [rawPath = '/', rawQueryString = ''] = (request.url ?? '/').split('?');
  const isBase64Encoded = !/json|text\//.test(request.headers['content-type'] ?? '');
  const domainName =
    kind === 'http-api'
      ? 'a1b2c3.execute-api.eu-central-1.amazonaws.com'
      : 'a1b2c3.lambda-url.eu-central-1.on.aws';
  return {
    version: '2.0',
    routeKey: kind === 'http-api' ? `POST ${rawPath}` : '$default',
    rawPath,
    rawQueryString,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(',') : value,
      ]),
    ),
    requestContext: {
      accountId: kind === 'http-api' ? '123456789012' : 'anonymous',
      apiId: 'a1b2c3',
      domainName,
      domainPrefix: 'a1b2c3',
      http: {
        method: request.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: '',
      },
      requestId: 'local',
      routeKey: kind === 'http-api' ? `POST ${rawPath}` : '$default',
      stage: '$default',
      timeEpoch: Date.now(),
    },
    body: isBase64Encoded ? bytes.toString('base64') : bytes.toString('utf8'),
    isBase64Encoded,
  };
}

function answerOf(payload: unknown): {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
} {
  const found =
    typeof payload === 'object' && payload !== null ? Object.fromEntries(Object.entries(payload)) : {};
  const headers: unknown = found['headers'];
  return {
    statusCode: Number(found['statusCode'] ?? 502),
    headers:
      typeof headers === 'object' && headers !== null
        ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
        : {},
    body: String(found['body'] ?? ''),
  };
}
