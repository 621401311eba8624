import type { nothing, TemplateResult } from 'lit';
import type { Line } from './lines.ts';
import { dots, plus, renderMenu } from './menu.ts';
import type { Page } from './page.ts';

/** The menu of a message: shortcuts that an app put there. What only one person sees has none. */
export function renderMessageMenu(
  page: Page,
  pane: 'channel' | 'thread',
  line: Line,
): TemplateResult | typeof nothing {
  const items = line.ephemeral ? [] : ofType(page, 'message');
  return renderMenu(page, {
    key: `menu|${pane}|${line.ts}`,
    label: 'Shortcuts for this message',
    kind: 'message-menu',
    sign: dots(),
    items: items.map(({ callback_id, description, name }) => ({
      text: name,
      description,
      choose: () => page.deeds.takeShortcut(callback_id, line.ts),
    })),
  });
}

/** The menu of the message box: shortcuts that need no message. */
export function renderShortcutMenu(page: Page): TemplateResult | typeof nothing {
  return renderMenu(page, {
    key: 'menu|shortcuts',
    label: 'Shortcuts',
    kind: 'shortcut-menu',
    sign: plus(),
    items: ofType(page, 'global').map(({ callback_id, description, name }) => ({
      text: name,
      description,
      choose: () => page.deeds.takeShortcut(callback_id),
    })),
  });
}

const ofType = (page: Page, type: 'global' | 'message') =>
  (page.state.workspace?.shortcuts ?? []).filter((shortcut) => shortcut.type === type);
