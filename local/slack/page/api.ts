import type { FieldValue } from './form.ts';
import type {
  ClickRequest,
  CommandRequest,
  HomeTab,
  OpenView,
  ShortcutRequest,
  Transcript,
  WorkspaceState,
} from '../local-api.ts';

/** The stand-in did not answer, or not with what this page understands. `message` is a sentence for the reader. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
}

export interface Posted {
  readonly ok: boolean;
  /** Slack's error code, such as `operation_timeout`. */
  readonly error?: string;
}

export async function fetchWorkspace(user: string | undefined): Promise<WorkspaceState> {
  return parseWorkspace(
    await getJson(user === undefined ? 'state' : `state?user=${encodeURIComponent(user)}`),
  );
}

export async function fetchTranscript(channel: string, user: string): Promise<Transcript> {
  const query = new URLSearchParams({ channel, user });
  return parseTranscript(await getJson(`transcript?${query}`));
}

export async function fetchViews(user: string): Promise<readonly OpenView[]> {
  return parseViews(await getJson(`views?user=${encodeURIComponent(user)}`));
}

export async function fetchHome(user: string): Promise<HomeTab> {
  return parseHome(await getJson(`home?user=${encodeURIComponent(user)}`));
}

/** Resolves when the app has acknowledged or Slack has given up on it. */
export function postCommand(request: CommandRequest): Promise<Posted> {
  return postJson('command', request);
}

export function postClick(request: ClickRequest): Promise<Posted> {
  return postJson('click', request);
}

export function postSubmit(request: {
  readonly user: string;
  readonly view_id: string;
  readonly values: Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;
}): Promise<Posted> {
  return postJson('submit', request);
}

export function postClose(request: { readonly user: string; readonly view_id: string }): Promise<Posted> {
  return postJson('close', request);
}

/** The person opens the app's Home tab: the app is told, and draws it. */
export function postHome(user: string): Promise<Posted> {
  return postJson('home', { user, tab: 'home' });
}

export function postShortcut(request: ShortcutRequest): Promise<Posted> {
  return postJson('shortcut', request);
}

async function getJson(path: string): Promise<unknown> {
  const body = await answerOf(await reach(path, {}));
  if (has(body, 'ok', 'error'))
    throw new ApiError(`The local Slack refused ${path}: ${parsePosted(body).error}`);
  return body;
}

async function postJson(path: string, body: object): Promise<Posted> {
  const headers = { 'content-type': 'application/json' };
  return parsePosted(
    await answerOf(await reach(path, { method: 'POST', headers, body: JSON.stringify(body) })),
  );
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`/_local/${path}`, init);
  } catch {
    throw new ApiError('The local Slack does not answer. Is `npm run local` still running?');
  }
}

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    if (response.ok) return body;
  } catch {
    // Not JSON: said below together with the status.
  }
  throw new ApiError(`The local Slack answered ${response.status}: ${text.slice(0, 300)}`);
}

// The answers come from the stand-in of the same checkout: their outline is checked here, their fields by its types.

function parseWorkspace(body: unknown): WorkspaceState {
  if (!has(body, 'team', 'app', 'users', 'channels', 'commands', 'shortcuts', 'user_groups'))
    throw unexpected('state');
  return body as WorkspaceState;
}

function parseTranscript(body: unknown): Transcript {
  if (!has(body, 'messages', 'ephemerals')) throw unexpected('transcript');
  return body as Transcript;
}

function parseViews(body: unknown): readonly OpenView[] {
  if (Array.isArray(body)) return body as readonly OpenView[];
  if (!has(body, 'views')) throw unexpected('views');
  return (body as { readonly views: readonly OpenView[] }).views;
}

function parseHome(body: unknown): HomeTab {
  if (!has(body, 'id', 'blocks')) throw unexpected('home');
  return body as HomeTab;
}

function parsePosted(body: unknown): Posted {
  if (!has(body, 'ok')) throw unexpected('POST');
  return body as Posted;
}

function has(body: unknown, ...names: readonly string[]): boolean {
  return typeof body === 'object' && body !== null && names.every((name) => name in body);
}

function unexpected(what: string): ApiError {
  return new ApiError(`The local Slack's answer to ${what} has an unknown shape.`);
}
