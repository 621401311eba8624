import type { IncomingMessage } from 'node:http';
import { type Handler, readBody, sendJson } from '../../server.ts';
import type { JsonObject } from '../json-object.ts';
import { Refusal } from '../refusal.ts';
import { app } from '../workspace/seeds.ts';
import { blocksValidate } from './blocks-validate.ts';
import { type ApiContext, type Method, parseArguments } from './call.ts';
import { deleteMessage, getPermalink } from './chat-other.ts';
import { postEphemeral, postMessage, update } from './chat-post.ts';
import { history, info, join, members, open, replies } from './conversations.ts';
import type { RateLimiter } from './rate-limits.ts';
import { authTest, userGroupsList, userGroupsUsersList, usersInfo } from './users.ts';
import { viewsOpen, viewsPublish, viewsPush, viewsUpdate } from './views.ts';

/** One call of a Web API method, as the log keeps it: without any token. */
export interface SlackCall {
  /** Milliseconds of the stand-in's clock. */
  readonly at: number;
  readonly method: string;
  readonly arguments: JsonObject;
  readonly answer: JsonObject;
}

export const apiPath = '/api/';

const methods = new Map<string, Method>(
  Object.entries<Method>({
    'auth.test': authTest,
    'blocks.validate': blocksValidate,
    'chat.postMessage': postMessage,
    'chat.postEphemeral': postEphemeral,
    'chat.update': update,
    'chat.delete': deleteMessage,
    'chat.getPermalink': getPermalink,
    'conversations.info': info,
    'conversations.join': join,
    'conversations.members': members,
    'conversations.open': open,
    'conversations.history': history,
    'conversations.replies': replies,
    'users.info': usersInfo,
    'usergroups.list': userGroupsList,
    'usergroups.users.list': userGroupsUsersList,
    'views.open': viewsOpen,
    'views.publish': viewsPublish,
    'views.push': viewsPush,
    'views.update': viewsUpdate,
    'apps.connections.open': (_args, context) => ({ ok: true, url: context.newSocketUrl() }),
  }),
);

/**
 * Slack's Web API: always HTTP 200 with `ok`, except 429 with Retry-After.
 * https://docs.slack.dev/apis/web-api/using-the-slack-web-api
 */
export function webApi(options: {
  readonly context: ApiContext;
  readonly rateLimiter: RateLimiter;
  readonly log: (call: SlackCall) => void;
}): Handler {
  const { context } = options;
  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const method = url.pathname.slice(apiPath.length);
    const body = (await readBody(request)).toString('utf8');
    let logged: JsonObject = {};
    let wait: number | undefined;
    const answer = answerOf(() => {
      const sent = parseArguments(url.searchParams, request.headers['content-type'] ?? '', body);
      const { token, ...args } = sent;
      logged = args;
      const act = methods.get(method);
      if (!act) throw new Refusal('unknown_method', { req_method: method });
      checkToken(request, { body: token, method });
      wait = options.rateLimiter(method, args);
      if (wait !== undefined) throw new Refusal('ratelimited');
      return act(args, context);
    });
    options.log({ at: context.workspace.now(), method, arguments: logged, answer });
    if (wait !== undefined) return sendJson(response, 429, answer, { 'retry-after': String(wait) });
    sendJson(response, 200, answer, { 'x-oauth-scopes': context.scopes.join(',') });
  };
}

function answerOf(act: () => JsonObject): JsonObject {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

/** The app-level token opens sockets and nothing else, and counts only in the header; the bot token does the rest. */
function checkToken(
  request: IncomingMessage,
  call: { readonly body: unknown; readonly method: string },
): void {
  const header = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const opensSocket = call.method === 'apps.connections.open';
  const token = header ?? (opensSocket ? undefined : call.body);
  if (token === undefined || token === '') throw new Refusal('not_authed');
  if (token !== app.botToken && token !== app.appToken) throw new Refusal('invalid_auth');
  if ((token === app.appToken) !== opensSocket) throw new Refusal('not_allowed_token_type');
}
