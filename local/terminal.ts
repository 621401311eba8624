import { type Log, plainValue } from '../core/log.ts';
import type { Local } from './start.ts';

/** What a person reads first. */
export function readyText(local: Local, dataDir: string): string {
  return `
  Slack       ${local.slack.url}
  Docker Hub  ${local.upstreamUrl}
  ECR         ${local.ecr.registryHost} (API ${local.ecr.apiUrl})
  kept in     ${dataDir}

Open the page and type, as Alice:
  /mirror nginx:1.21-alpine base-images/nginx
then choose Bob under "Acting as" and click Approve. Ctrl-C stops it; what was asked goes on at the next start.
`;
}

/** A log for eyes: time, request, what happened. */
export function terminalLog(write: (line: string) => void, now: () => number): Log {
  return (level, message, fields = {}) => {
    if (level === 'debug') return;
    const { requestId, part: _, ...rest } = fields;
    const details = Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${short(plainValue(value))}`)
      .join(', ');
    const mark = level === 'info' ? '' : `${level}: `;
    const time = new Date(now()).toISOString().slice(11, 19);
    write(
      `${time}  ${String(requestId ?? '').padEnd(8)}  ${mark}${message}${details ? ` (${details})` : ''}`,
    );
  };
}

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
};
