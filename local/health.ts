import { createServer } from 'node:http';
import { healthOf, type Parts } from '../core/health/health.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics/metrics.ts';

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface HealthOptions {
  readonly port: number;
  readonly host: string;
  readonly parts: () => Parts;
  readonly metrics: Metrics;
  readonly now: () => number;
}

/** GET /healthz: 200 while every part works, else 503, each time with the parts. GET /metrics: what was counted. */
export async function serveHealth({ port, host, parts, metrics, now }: HealthOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    request.resume();
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const asked = request.method === 'GET' || request.method === 'HEAD';
    if (asked && path === '/healthz') {
      const { body, status } = healthOf(parts(), now());
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(`${JSON.stringify(body)}\n`);
    } else if (asked && path === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(metrics.text());
    } else {
      response.writeHead(asked ? 404 : 405, { 'content-type': 'text/plain' });
      response.end('GET /healthz or GET /metrics\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}/`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Warnings and errors are counted: an alarm can go by their number. */
export const countedLog =
  (log: Log, metrics: Metrics, part: string): Log =>
  (level, message, fields) => {
    if (level === 'warn' || level === 'error') metrics.count('mirror_log_lines_total', { part, level });
    log(level, message, fields);
  };
