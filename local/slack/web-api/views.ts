import { checkHome, checkView, type ModalView } from '../block-kit/view.ts';
import type { JsonObject } from '../json-object.ts';
import { textAt } from '../json-object.ts';
import { Refusal, refuseProblems } from '../refusal.ts';
import { type Method, requiredText, structured } from './call.ts';
import { homeJson, viewJson } from './view-json.ts';

/** https://docs.slack.dev/reference/methods/views.open */
export const viewsOpen: Method = (args, context) => {
  const view = checkedView(structured(args, 'view'));
  const user = context.triggers.exchange(textAt(args, 'trigger_id'));
  return { ok: true, view: viewJson(context.views.open(user, view), {}) };
};

/** https://docs.slack.dev/reference/methods/views.push */
export const viewsPush: Method = (args, context) => {
  const view = checkedView(structured(args, 'view'));
  const user = context.triggers.exchange(textAt(args, 'trigger_id'));
  return { ok: true, view: viewJson(context.views.push(user, view), {}) };
};

/** https://docs.slack.dev/reference/methods/views.update: `hash` guards against overwriting a newer one. */
export const viewsUpdate: Method = (args, context) => {
  const view = checkedView(structured(args, 'view'));
  const shown = findView(
    args,
    (id) => context.views.find(id),
    (id) => context.views.findExternal(id),
  );
  const hash = textAt(args, 'hash');
  if (hash !== undefined && hash !== shown.hash) throw new Refusal('hash_conflict');
  return { ok: true, view: viewJson(context.views.replace(shown.id, view), {}) };
};

/** https://docs.slack.dev/reference/methods/views.publish: a person's Home tab, seen when they open it. */
export const viewsPublish: Method = (args, context) => {
  const user = requiredText(args, 'user_id');
  const person = context.workspace.people.get(user);
  if (!person || person.deleted) throw new Refusal('invalid_arguments');
  const checked = checkHome(structured(args, 'view'));
  if (checked.kind === 'invalid') throw refuseProblems(checked.error, checked.problems);
  return { ok: true, view: homeJson(context.homes.publish(user, checked.view, textAt(args, 'hash'))) };
};

/** A view from a method call or from an ack. */
export function checkedView(value: unknown): ModalView {
  const checked = checkView(value);
  if (checked.kind === 'invalid') throw refuseProblems(checked.error, checked.problems);
  return checked.view;
}

function findView<T>(
  args: JsonObject,
  byId: (id: string) => T | undefined,
  byExternalId: (id: string) => T | undefined,
): T {
  const id = textAt(args, 'view_id');
  const externalId = textAt(args, 'external_id');
  const shown = id !== undefined ? byId(id) : externalId !== undefined ? byExternalId(externalId) : undefined;
  if (!shown) throw new Refusal('not_found');
  return shown;
}
