import { isObject, type JsonObject, parseJson, textAt } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import type { HomeTabs } from '../interactions/home-tabs.ts';
import type { OpenViews } from '../interactions/open-views.ts';
import type { Triggers } from '../interactions/triggers.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What a method may touch. */
export interface ApiContext {
  readonly workspace: Workspace;
  readonly views: OpenViews;
  readonly homes: HomeTabs;
  readonly triggers: Triggers;
  readonly scopes: readonly string[];
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly newSocketUrl: () => string;
}

/** A method answers at once, so that no two calls mix; it refuses by throwing a Refusal. */
export type Method = (args: JsonObject, context: ApiContext) => JsonObject;

export function requiredText(args: JsonObject, key: string): string {
  const value = textAt(args, key);
  if (value === undefined || value === '')
    throw new Refusal('invalid_arguments', {
      response_metadata: { messages: [`[ERROR] missing required field: ${key}`] },
    });
  return value;
}

/** Forms carry flags as text. */
export function flag(args: JsonObject, key: string): boolean {
  const value = args[key];
  return value === true || value === 'true' || value === '1' || value === 1;
}

/** A structured argument: JSON text in a form, itself in a JSON body. Text that is no JSON stays a text, for the check. */
export function structured(args: JsonObject, key: string): unknown {
  const value = args[key];
  if (typeof value !== 'string') return value;
  return value === '' ? undefined : (parseJson(value) ?? value);
}

export function requireScope(needed: string, context: ApiContext): void {
  if (context.scopes.includes(needed)) return;
  throw new Refusal('missing_scope', { needed, provided: context.scopes.join(',') });
}

/** One page of `items`, with Slack's cursor. */
export function page<T>(
  items: readonly T[],
  args: JsonObject,
  limit: { readonly standard: number; readonly most: number },
): { readonly items: readonly T[]; readonly has_more: boolean; readonly metadata: JsonObject } {
  const asked = Number(args['limit'] ?? limit.standard);
  if (!Number.isInteger(asked) || asked < 1) throw new Refusal('invalid_limit');
  const cursor = textAt(args, 'cursor') ?? '';
  const start = cursor === '' ? 0 : readCursor(cursor);
  const end = start + Math.min(asked, limit.most);
  const has_more = end < items.length;
  return {
    items: items.slice(start, end),
    has_more,
    metadata: {
      response_metadata: {
        next_cursor: has_more ? Buffer.from(`next:${end}`).toString('base64') : '',
      },
    },
  };
}

function readCursor(cursor: string): number {
  const [, offset] = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8')) ?? [];
  if (offset === undefined) throw new Refusal('invalid_cursor');
  return Number(offset);
}

/** The arguments of a call: the query, then the body, as form or JSON. */
export function parseArguments(query: URLSearchParams, contentType: string, body: string): JsonObject {
  const fromQuery = Object.fromEntries(query);
  if (body === '') return fromQuery;
  if (contentType.startsWith('application/json')) {
    const parsed = parseJson(body);
    if (!isObject(parsed)) throw new Refusal('invalid_json');
    return { ...fromQuery, ...parsed };
  }
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return { ...fromQuery, ...Object.fromEntries(new URLSearchParams(body)) };
  throw new Refusal('invalid_post_type');
}
