import { checkMessageBlocks } from '../block-kit/blocks.ts';
import { identifyBlocks } from '../block-kit/identify.ts';
import { type JsonObject, textAt } from '../json-object.ts';
import type { Block } from '../local-api.ts';
import { Refusal, refuseProblems } from '../refusal.ts';
import type { WorkspaceRecord } from '../workspace/record.ts';
import { app } from '../workspace/seeds.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** Where an interaction came from: what `replace_original` and a private answer mean. */
export interface Origin {
  readonly user: string;
  readonly channel: string;
  readonly thread_ts?: string;
  /** The message whose button was clicked. */
  readonly original?: { readonly ts: string; readonly ephemeral: boolean };
}

/**
 * What an app says through a response_url or with the ack of a command: for the person alone unless `in_channel`.
 * Membership is not asked for here, as in Slack. https://docs.slack.dev/interactivity/handling-user-interaction
 */
export function respond(workspace: Workspace, origin: Origin, body: JsonObject): void {
  if (body['delete_original'] === true || body['delete_original'] === 'true') {
    deleteOriginal(workspace, origin);
    return;
  }
  const ts = workspace.nextTs();
  const text = textAt(body, 'text') ?? '';
  const blocks = checkedBlocks(body['blocks'], ts);
  if (text === '' && blocks.length === 0) throw new Refusal('no_text');
  const thread_ts = textAt(body, 'thread_ts') ?? origin.thread_ts;
  const thread = thread_ts === undefined ? {} : { thread_ts };
  workspace.commit(sayRecord(workspace, origin, { body, said: { ts, text, blocks, ...thread } }));
}

interface Said {
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly thread_ts?: string;
}

function sayRecord(
  workspace: Workspace,
  origin: Origin,
  answer: { readonly body: JsonObject; readonly said: Said },
): WorkspaceRecord {
  const { user, channel, original } = origin;
  const { body, said } = answer;
  const replaces = body['replace_original'] === true || body['replace_original'] === 'true';
  if (replaces && original && !original.ephemeral) {
    const before = workspace.conversations.get(channel)?.messages.get(original.ts);
    if (!before) throw new Refusal('message_not_found');
    return { kind: 'edited', message: { ...before, text: said.text, blocks: said.blocks } };
  }
  if (replaces && original)
    return { kind: 'whispered', ephemeral: { channel, user, ...said, ts: original.ts } };
  if (body['response_type'] === 'in_channel')
    return { kind: 'posted', message: { channel, ...said, user: app.user } };
  return { kind: 'whispered', ephemeral: { channel, user, ...said } };
}

function deleteOriginal(workspace: Workspace, origin: Origin): void {
  if (!origin.original) return;
  const { channel } = origin;
  const { ts, ephemeral } = origin.original;
  workspace.commit(ephemeral ? { kind: 'withdrawn', channel, ts } : { kind: 'deleted', channel, ts });
}

/** The blocks as they will be stored; none when there are none. */
export function checkedBlocks(value: unknown, seed: string): readonly Block[] {
  if (value === undefined || value === null) return [];
  const checked = checkMessageBlocks(value);
  if (checked.kind === 'invalid') throw refuseProblems(checked.error, checked.problems);
  return identifyBlocks(checked.blocks, seed);
}
