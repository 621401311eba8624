import { isObject } from './json-object.ts';
import type {
  ClickRequest,
  CommandRequest,
  HomeRequest,
  HomeTab,
  OpenView,
  ShortcutRequest,
  SubmitRequest,
  Transcript,
  WorkspaceState,
} from './local-api.ts';

export interface LocalAnswer {
  readonly ok: boolean;
  readonly error?: string;
  /** A plain message's. */
  readonly ts?: string;
  readonly response_action?: string;
  readonly errors?: Readonly<Record<string, string>>;
}

/** `/_local/` for programs: what people do and see. The answers are the stand-in's own, so their shape is taken as given. */
export interface LocalClient {
  command(request: CommandRequest): Promise<LocalAnswer>;
  click(request: ClickRequest): Promise<LocalAnswer>;
  submit(request: SubmitRequest): Promise<LocalAnswer>;
  close(request: { readonly user: string; readonly view_id: string }): Promise<LocalAnswer>;
  openHome(request: HomeRequest): Promise<LocalAnswer>;
  shortcut(request: ShortcutRequest): Promise<LocalAnswer>;
  home(user: string): Promise<HomeTab>;
  transcript(channel: string, user?: string): Promise<Transcript>;
  views(user: string): Promise<readonly OpenView[]>;
  state(user: string): Promise<WorkspaceState>;
}

/** `url` is the stand-in's own, the page's. GETs that are refused reject with Slack's error code. */
export function localClient(url: string): LocalClient {
  const post = async (path: string, request: object) =>
    parseAnswer<LocalAnswer>(
      await fetch(`${url}_local/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      }),
    );
  const get = async <T>(path: string, query: Record<string, string>): Promise<T> => {
    const answer = await parseAnswer<T>(await fetch(`${url}_local/${path}?${new URLSearchParams(query)}`));
    if (isObject(answer) && answer['ok'] === false) throw new Error(String(answer['error']));
    return answer;
  };
  return {
    command: (request) => post('command', request),
    click: (request) => post('click', request),
    submit: (request) => post('submit', request),
    close: (request) => post('close', request),
    openHome: (request) => post('home', request),
    shortcut: (request) => post('shortcut', request),
    home: (user) => get<HomeTab>('home', { user }),
    transcript: (channel, user) =>
      get<Transcript>('transcript', user === undefined ? { channel } : { channel, user }),
    views: (user) => get<readonly OpenView[]>('views', { user }),
    state: (user) => get<WorkspaceState>('state', { user }),
  };
}

async function parseAnswer<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
