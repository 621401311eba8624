import type { ShownHome } from '../interactions/home-tabs.ts';
import type { ShownView } from '../interactions/open-views.ts';
import type { JsonObject } from '../json-object.ts';
import { app, team } from '../workspace/seeds.ts';

/** A view as Slack shows it to the app, with what was filled in. https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export function viewJson(shown: ShownView, values: JsonObject): JsonObject {
  return {
    id: shown.id,
    team_id: team.id,
    type: 'modal',
    blocks: shown.view.blocks,
    private_metadata: shown.view.private_metadata,
    callback_id: shown.view.callback_id,
    state: { values },
    hash: shown.hash,
    title: shown.view.title,
    clear_on_close: shown.view.clear_on_close,
    notify_on_close: shown.view.notify_on_close,
    close: shown.view.close,
    submit: shown.view.submit,
    previous_view_id: shown.previous_view_id,
    root_view_id: shown.root_view_id,
    app_id: app.id,
    external_id: shown.view.external_id,
    app_installed_team_id: team.id,
    bot_id: app.bot,
  };
}

/** A Home tab in the same shape: no title, and a stack of its own. */
export function homeJson(shown: ShownHome): JsonObject {
  return {
    id: shown.id,
    team_id: team.id,
    type: 'home',
    blocks: shown.view.blocks,
    private_metadata: shown.view.private_metadata,
    callback_id: shown.view.callback_id,
    state: { values: {} },
    hash: shown.hash,
    previous_view_id: null,
    root_view_id: shown.id,
    app_id: app.id,
    external_id: shown.view.external_id,
    app_installed_team_id: team.id,
    bot_id: app.bot,
  };
}
