import type { ShownHome } from '../interactions/home-tabs.ts';
import type { ShownView } from '../interactions/open-views.ts';
import type { JsonObject } from '../json-object.ts';
import { appMessage } from '../web-api/message-json.ts';
import { homeJson, viewJson } from '../web-api/view-json.ts';
import type { Message } from '../workspace/record.ts';
import { app, team } from '../workspace/seeds.ts';
import type { Conversation, PersonState } from '../workspace/state.ts';

/** Payload shapes: https://docs.slack.dev/interactivity/implementing-slash-commands and /reference/interaction-payloads */

export interface Actor {
  readonly person: PersonState;
  readonly trigger_id: string;
}

export function commandPayload(
  actor: Actor,
  conversation: Conversation,
  command: { readonly command: string; readonly text: string; readonly response_url: string },
): JsonObject {
  return {
    token: app.verificationToken,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: conversation.id,
    channel_name: channelName(conversation),
    user_id: actor.person.id,
    user_name: actor.person.name,
    command: command.command,
    text: command.text,
    api_app_id: app.id,
    is_enterprise_install: 'false',
    response_url: command.response_url,
    trigger_id: actor.trigger_id,
  };
}

export function messageActionPayload(
  actor: Actor,
  clicked: {
    readonly conversation: Conversation;
    readonly ts: string;
    /** Absent for an ephemeral one: Slack does not send it along. */
    readonly message?: Message;
    readonly thread_ts?: string;
    readonly action: JsonObject;
    readonly response_url: string;
  },
): JsonObject {
  const { conversation, message } = clicked;
  return {
    type: 'block_actions',
    ...sender(actor),
    container: {
      type: 'message',
      message_ts: clicked.ts,
      channel_id: conversation.id,
      is_ephemeral: message === undefined,
      ...(clicked.thread_ts === undefined ? {} : { thread_ts: clicked.thread_ts }),
    },
    trigger_id: actor.trigger_id,
    channel: { id: conversation.id, name: channelName(conversation) },
    ...(message === undefined ? {} : { message: appMessage(message) }),
    state: { values: {} },
    response_url: clicked.response_url,
    actions: [clicked.action],
  };
}

export function viewActionPayload(
  actor: Actor,
  shown: ShownView,
  used: { readonly action: JsonObject; readonly values: JsonObject },
): JsonObject {
  return {
    type: 'block_actions',
    ...sender(actor),
    container: { type: 'view', view_id: shown.id },
    trigger_id: actor.trigger_id,
    view: viewJson(shown, used.values),
    actions: [used.action],
  };
}

/** The same on the Home tab, which is in no conversation. */
export function homeActionPayload(actor: Actor, shown: ShownHome, action: JsonObject): JsonObject {
  return {
    type: 'block_actions',
    ...sender(actor),
    container: { type: 'view', view_id: shown.id },
    trigger_id: actor.trigger_id,
    view: homeJson(shown),
    actions: [action],
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
export function globalShortcutPayload(
  actor: Actor,
  used: { readonly callback_id: string; readonly action_ts: string },
): JsonObject {
  return { type: 'shortcut', ...sender(actor), ...used, trigger_id: actor.trigger_id };
}

export function messageShortcutPayload(
  actor: Actor,
  used: {
    readonly callback_id: string;
    readonly action_ts: string;
    readonly conversation: Conversation;
    readonly message: Message;
    readonly response_url: string;
  },
): JsonObject {
  const { action_ts, callback_id, conversation, message, response_url } = used;
  return {
    type: 'message_action',
    ...sender(actor),
    callback_id,
    action_ts,
    trigger_id: actor.trigger_id,
    message_ts: message.ts,
    channel: { id: conversation.id, name: channelName(conversation) },
    message: appMessage(message),
    response_url,
  };
}

/** https://docs.slack.dev/apis/events-api#callback-field-overview */
export function eventPayload(event: JsonObject, id: string, now: number): JsonObject {
  return {
    token: app.verificationToken,
    team_id: team.id,
    api_app_id: app.id,
    event,
    type: 'event_callback',
    event_id: `Ev${id}`,
    event_time: Math.floor(now / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: app.user,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
}

export function viewSubmissionPayload(actor: Actor, shown: ShownView, values: JsonObject): JsonObject {
  return {
    type: 'view_submission',
    ...sender(actor),
    trigger_id: actor.trigger_id,
    view: viewJson(shown, values),
    response_urls: [],
  };
}

export function viewClosedPayload(actor: Actor, shown: ShownView): JsonObject {
  return { type: 'view_closed', ...sender(actor), view: viewJson(shown, {}), is_cleared: false };
}

function sender(actor: Actor): JsonObject {
  const { id, name } = actor.person;
  return {
    user: { id, username: name, name, team_id: team.id },
    team: { id: team.id, domain: team.domain },
    api_app_id: app.id,
    token: app.verificationToken,
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** Slack names no private channel to an app here. */
function channelName(conversation: Conversation): string {
  if (conversation.is_im) return 'directmessage';
  return conversation.is_private ? 'privategroup' : conversation.name;
}
