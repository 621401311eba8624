import { describe, expect, test } from '@jest/globals';
import { bindListeners } from '../../../bot/app.ts';
import { FEATURES, scopesOf } from '../../../bot/manifest/features.ts';
import { buildManifest } from '../../../bot/manifest/manifest.ts';
import { SCOPES } from '../../../core/health/bot-check.ts';
import { grantedScopes } from '../../../local/slack/scopes.ts';
import { commands, shortcuts } from '../../../local/slack/workspace/seeds.ts';
import { readSource, sourceFiles } from '../../imports.ts';
import { boundTo } from './bound-to.ts';
import { methodsIn } from './methods-in.ts';

const manifest = buildManifest({ kind: 'http', url: 'https://mirror.example/slack/events' });
const bound = boundTo(bindListeners);

describe('everything the app does with Slack is in the list that the manifest is made from, and nothing else is', () => {
  test('commands', () => {
    expect(FEATURES.commands.map(({ command }) => command)).toEqual(bound.command);
  });

  test('shortcuts, by callback id', () => {
    expect(FEATURES.shortcuts.map(({ callbackId }) => callbackId).toSorted()).toEqual(
      bound.shortcut.toSorted(),
    );
  });

  test('events', () => {
    // A listener is bound to `message`; what is subscribed to says of which kind of conversation.
    const types = FEATURES.events.map(({ name }) => name.split('.')[0]);
    expect(types.toSorted()).toEqual(bound.event.toSorted());
  });

  test('methods of the Web API that the code of the bot calls', () => {
    const used = sourceFiles(['bot']).flatMap((file) => methodsIn(readSource(file)));
    expect(FEATURES.methods.map(({ name }) => name).toSorted()).toEqual([...new Set(used)].toSorted());
  });

  test('fields of dialogs whose content needs a scope to be read', () => {
    const used = sourceFiles(['bot']).filter(
      (file) => !file.startsWith('bot/manifest/') && readSource(file).includes("type: 'file_input'"),
    );
    expect(FEATURES.inputs.map(({ name }) => name)).toEqual(used.length > 0 ? ['file_input'] : []);
  });

  test('buttons, menus and dialogs have interactivity', () => {
    expect(bound.action.length + bound.view.length).toBeGreaterThan(0);
    expect(manifest.settings.interactivity).toEqual({
      is_enabled: true,
      request_url: 'https://mirror.example/slack/events',
    });
  });

  test('a Home tab is shown where somebody fills it, and only there', () => {
    const filled = FEATURES.methods.some(({ name }) => name === 'views.publish');
    expect(manifest.features.app_home.home_tab_enabled).toBe(filled);
    expect(FEATURES.events.some(({ name }) => name === 'app_home_opened')).toBe(filled);
  });
});

describe('scopes', () => {
  test('those asked for are those that the methods and events need', () => {
    expect(manifest.oauth_config.scopes.bot).toEqual(scopesOf(FEATURES));
  });

  test('the doctor knows each of them with its reason, and no other', () => {
    expect(Object.keys(SCOPES).toSorted()).toEqual(scopesOf(FEATURES));
  });

  test('the stand-in grants each of them, and no other: what a scope is missing for fails there as in Slack', () => {
    expect(grantedScopes.toSorted()).toEqual(scopesOf(FEATURES));
  });

  test('each stands with its reason in the page for administrators, and no other', () => {
    const page = readSource('docs/for-your-admins.md');
    const rows = [...page.matchAll(/^\| `([a-z_]+(?::[a-z]+)?)` \| (.+) \|$/gm)].map(([, scope, why]) => [
      scope,
      why,
    ]);
    expect(Object.fromEntries(rows)).toEqual(SCOPES);
  });

  test('writing to channels without being a member is not asked for', () => {
    expect(manifest.oauth_config.scopes.bot).not.toContain('chat:write.public');
  });
});

test('the stand-in knows the same commands', () => {
  expect(commands.map(({ command }) => command)).toEqual(FEATURES.commands.map(({ command }) => command));
});

test('the stand-in shows the same shortcuts', () => {
  expect(shortcuts).toEqual(
    FEATURES.shortcuts.map(({ callbackId, description, name, type }) => ({
      type,
      callback_id: callbackId,
      name,
      description,
    })),
  );
});

test('over HTTP commands, interactions and events go to the one address; over a socket there is none', () => {
  const events = [{ name: 'app_mention', scopes: ['app_mentions:read'] }] as const;
  const over = (way: Parameters<typeof buildManifest>[0]) => buildManifest(way, { ...FEATURES, events });
  const http = over({ kind: 'http', url: 'https://a.example/slack/events' });
  expect(http.settings).toMatchObject({
    socket_mode_enabled: false,
    event_subscriptions: { bot_events: ['app_mention'], request_url: 'https://a.example/slack/events' },
  });
  expect(http.features.slash_commands.every(({ url }) => url === 'https://a.example/slack/events')).toBe(
    true,
  );
  const socket = over({ kind: 'socket' });
  expect(socket.settings.socket_mode_enabled).toBe(true);
  expect(JSON.stringify(socket)).not.toContain('http');
});

test('every text is within the limits of Slack’s manifest schema', () => {
  const { display_information: shown, features } = manifest;
  expect(shown.name.length).toBeLessThanOrEqual(35);
  expect(shown.description.length).toBeLessThanOrEqual(140);
  expect(shown.long_description.length).toBeGreaterThanOrEqual(175);
  expect(shown.long_description.length).toBeLessThanOrEqual(4_000);
  expect(features.bot_user.display_name).toMatch(/^[a-z0-9._-]{1,80}$/);
  for (const { command, description, usage_hint } of features.slash_commands) {
    expect([command.length <= 32, description.length <= 2_000, usage_hint.length <= 1_000]).toEqual([
      true,
      true,
      true,
    ]);
  }
  expect(features.shortcuts?.length ?? 0).toBeLessThanOrEqual(10);
  for (const { name, description } of features.shortcuts ?? []) {
    expect([name.length <= 24, description.length <= 150]).toEqual([true, true]);
  }
});

test('the look for methods finds calls over several lines, and no other call', () => {
  const source =
    'await web.chat\n  .postMessage({});\nclient.views.open(x); app.client.start(); log.web.gone';
  expect(methodsIn(source)).toEqual(['chat.postMessage', 'views.open']);
});
