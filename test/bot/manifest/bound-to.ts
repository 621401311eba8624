import type { App } from '@slack/bolt';
import type { ViewDeps } from '../../../bot/deps.ts';

type Kind = 'command' | 'action' | 'view' | 'shortcut' | 'event' | 'options';

/** What is bound to which id, told by an app that only takes notes. */
export function boundTo(bind: (app: App, deps: ViewDeps) => void): Readonly<Record<Kind, readonly string[]>> {
  const bound: Record<Kind, string[]> = {
    command: [],
    action: [],
    view: [],
    shortcut: [],
    event: [],
    options: [],
  };
  const note = (kind: Kind) => (id: unknown) => {
    bound[kind].push(idOf(id));
  };
  const app = {
    command: note('command'),
    action: note('action'),
    view: note('view'),
    shortcut: note('shortcut'),
    event: note('event'),
    options: note('options'),
    error: () => {},
    use: () => {},
  };
  // Binding reads nothing of what it is given; listeners do, and none is called.
  bind(app as unknown as App, {} as unknown as ViewDeps);
  return bound;
}

/** An id as text, or the callback id of a constraint. */
function idOf(id: unknown): string {
  if (typeof id === 'string') return id;
  if (typeof id === 'object' && id !== null && 'callback_id' in id) return String(id.callback_id);
  return String(id);
}
