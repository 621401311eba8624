import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Faults, withFaults } from '../faults.ts';
import { type Handler, listen } from '../server.ts';
import { openHttpDelivery } from './http/http-delivery.ts';
import type { SignedPost } from './http/signed-post.ts';
import { filesPath, openFiles } from './interactions/files.ts';
import { openHomeTabs } from './interactions/home-tabs.ts';
import { openViews } from './interactions/open-views.ts';
import { openResponseUrls, responsePath } from './interactions/response-urls.ts';
import { openTriggers } from './interactions/triggers.ts';
import type { JsonObject } from './json-object.ts';
import { type PageFiles, pageFiles } from './page-files.ts';
import { localPath, localRoutes } from './people/local-routes.ts';
import { grantedScopes } from './scopes.ts';
import { eventPayload } from './socket/payload.ts';
import { openSocketMode, type SocketMode } from './socket/socket-mode.ts';
import { createRateLimiter, type RateLimits } from './web-api/rate-limits.ts';
import { apiPath, type SlackCall, webApi } from './web-api/web-api.ts';
import type { WorkspaceRecord } from './workspace/record.ts';
import { app, team } from './workspace/seeds.ts';
import { type MoreSeeds, openWorkspace } from './workspace/workspace.ts';

export interface SlackOptions {
  /** Where `slack.jsonl` remembers messages and memberships through kill -9; without it everything is forgotten. */
  readonly dataDir?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  readonly now?: () => number;
  /** Moves `now` on; without it the clock cannot be moved. */
  readonly advance?: (ms: number) => void;
  /** Served at `/`; without it a plain line. */
  readonly page?: PageFiles;
  /** Default: what scopes.ts grants. */
  readonly scopes?: readonly string[];
  /** Default `generous`. */
  readonly rateLimits?: RateLimits;
  /** By which the limits count; default `now`. A faster one lets a long run have more of Slack in less time. */
  readonly limitsNow?: () => number;
  /** Beside the few who are always there. */
  readonly more?: MoreSeeds;
  /** How long an app may take to acknowledge; default Slack's 3000 ms. */
  readonly ackDeadlineMs?: number;
}

export interface SlackStandIn {
  /** The page. */
  readonly url: string;
  /** What `slackApiUrl` wants: `http://127.0.0.1:PORT/api/` */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly team: string;
  readonly botUser: string;
  /** Alice asks, Bob and Carol approve, Dave may do neither. */
  readonly people: typeof people;
  readonly userGroups: typeof userGroups;
  readonly channels: typeof channels;
  /** The last 2,000 Web API calls, without tokens. */
  readonly calls: readonly SlackCall[];
  /** What goes wrong under /api/. */
  readonly faults: Faults;
  /** What HTTP requests are signed with. */
  readonly signingSecret: string;
  /** The app's request URL: from now on commands, clicks and events are posted there instead of sent by socket. */
  requestUrl(url: string | undefined): void;
  /** The last requests that were posted, as they went over the line. */
  readonly posts: readonly SignedPost[];
  /** Resolves when an app is connected by socket. */
  connected(): Promise<void>;
  /** Resolves when no app is connected. */
  disconnected(): Promise<void>;
  /** Asks connected apps to come again, as Slack does every few hours. */
  refreshSockets: SocketMode['refresh'];
  /** Open sockets are dead from now on, and nobody says so. */
  freezeSockets(): void;
  /** How many envelopes went over each connection so far. */
  readonly envelopes: readonly number[];
  /**
   * A private channel is shared with another company: it has this id from now on, and the app is told so
   * (https://api.slack.com/events/channel_id_changed).
   */
  changeChannelId(channel: string, to: string): Promise<void>;
  /** Sends the last event once more, as Slack does when it did not hear of the acknowledgement: with the same event id. */
  repeatEvent(): Promise<void>;
  /** A change that no person's deed here leads to: a group's members, a deactivation, a deleted message. */
  change(record: WorkspaceRecord): void;
  /** Says goodbye to sockets and waits for theirs; stop the app first, or at once after. */
  close(): Promise<void>;
}

const people = {
  requester: 'U01ALICE001',
  approver: 'U01BOB00001',
  approver2: 'U01CAROL001',
  outsider: 'U01DAVE0001',
  guest: 'U01ERIN0001',
  deactivated: 'U01FRANK001',
} as const;
const userGroups = { platformApprovers: 'S01PLATFORM' } as const;
const channels = {
  /** #image-requests: public, everybody is in it, the app not yet. */
  mirror: 'C01IMAGEREQ',
  general: 'C01GENERAL1',
  /** #shop-private: Alice and Bob, not the app. */
  privateShop: 'C01SHOPPRIV',
  archived: 'C01ARCHIVED',
} as const;

const callsKept = 2_000;

/** A Slack workspace on loopback: Web API, Socket Mode, people and page on one port. Rejects with EADDRINUSE. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackStandIn> {
  const now = options.now ?? Date.now;
  const newId = () => randomBytes(12).toString('hex').toUpperCase();
  // The port is taken before the journal is opened: a second start on the same folder fails without touching it.
  let handler: Handler = (_request, response) => {
    response.writeHead(503).end();
  };
  const listening = await listen((request, response) => handler(request, response), options.port);

  const workspace = openWorkspace({
    file: options.dataDir === undefined ? undefined : join(options.dataDir, 'slack.jsonl'),
    now,
    ...(options.more && { more: options.more }),
  });
  const views = openViews({ newId, changed: (user) => workspace.announce({ kind: 'views', user }) });
  const homes = openHomeTabs({ newId, changed: (user) => workspace.announce({ kind: 'home', user }) });
  const triggers = openTriggers({ now, newId });
  const responseUrls = openResponseUrls({ workspace, newId, base: listening.origin });
  const sockets = openSocketMode({
    server: listening.server,
    port: listening.port,
    newId,
    ackDeadlineMs: options.ackDeadlineMs ?? 3_000,
  });
  const http = openHttpDelivery({
    signingSecret: app.signingSecret,
    now,
    ackDeadlineMs: options.ackDeadlineMs ?? 3_000,
  });
  const scopes = options.scopes ?? grantedScopes;
  const calls: SlackCall[] = [];
  const api = withFaults(
    webApi({
      context: {
        workspace,
        views,
        homes,
        triggers,
        scopes,
        origin: listening.origin,
        newSocketUrl: sockets.newUrl,
      },
      rateLimiter: createRateLimiter(options.rateLimits ?? 'generous', options.limitsNow ?? now),
      log: (call) => {
        calls.push(call);
        if (calls.length > callsKept) calls.shift();
      },
    }),
  );
  let lastEvent: JsonObject | undefined;
  const send: SocketMode['send'] = (type, payload) => {
    if (type === 'events_api') lastEvent = payload;
    return (http.url === undefined ? sockets : http).send(type, payload);
  };
  const files = openFiles({ base: listening.origin, now, newId, scopes });
  const local = localRoutes({
    workspace,
    files,
    views,
    homes,
    triggers,
    scopes,
    newId,
    responseUrls,
    now,
    ...(options.advance && { advance: options.advance }),
    sockets: { send },
  });
  const page = pageFiles(options.page);
  handler = (request, response) => {
    const path = request.url ?? '/';
    if (path.startsWith(apiPath)) return api.handler(request, response);
    if (path.startsWith(localPath)) return local.handler(request, response);
    if (path.startsWith(responsePath)) return responseUrls.handle(request, response);
    if (path.startsWith(filesPath)) return files.handle(request, response);
    return page(request, response);
  };

  return {
    url: `${listening.origin}/`,
    apiUrl: `${listening.origin}${apiPath}`,
    botToken: app.botToken,
    appToken: app.appToken,
    team: team.id,
    botUser: app.user,
    people,
    userGroups,
    channels,
    calls,
    faults: api.faults,
    signingSecret: app.signingSecret,
    requestUrl: http.to,
    posts: http.posts,
    connected: sockets.connected,
    disconnected: sockets.disconnected,
    refreshSockets: sockets.refresh,
    freezeSockets: sockets.freeze,
    envelopes: sockets.sent,
    changeChannelId: async (channel, to) => {
      workspace.commit({ kind: 'id_changed', channel, to });
      // "Only sent for private channels your app has access to."
      const moved = workspace.conversations.get(to);
      if (!moved?.is_private || !moved.members.has(app.user)) return;
      const changed = { type: 'channel_id_changed', old_channel_id: channel, new_channel_id: to };
      await send('events_api', eventPayload(changed, newId(), now()));
    },
    repeatEvent: async () => {
      if (lastEvent) await send('events_api', lastEvent);
    },
    change: workspace.commit,
    close: async () => {
      local.closeStreams();
      await sockets.close();
      await listening.close();
    },
  };
}
