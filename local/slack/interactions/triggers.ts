import { Refusal } from '../refusal.ts';
import { team } from '../workspace/seeds.ts';

/** Slack's page says "expires in three seconds"; https://docs.slack.dev/interactivity/handling-user-interaction */
const lifeMs = 3_000;

/** The right to open one modal, given with every interaction. */
export interface Triggers {
  issue(user: string): string;
  /** Whom it was given for. Refuses with `invalid_trigger_id`, `expired_trigger_id` or `exchanged_trigger_id`. */
  exchange(triggerId: string | undefined): string;
}

export function openTriggers(options: {
  readonly now: () => number;
  readonly newId: () => string;
}): Triggers {
  const issued = new Map<string, { readonly user: string; readonly at: number; used: boolean }>();
  return {
    issue: (user) => {
      const at = options.now();
      const id = `${Math.floor(at)}.${team.id}.${options.newId()}`;
      issued.set(id, { user, at, used: false });
      return id;
    },
    exchange: (triggerId) => {
      const trigger = triggerId === undefined ? undefined : issued.get(triggerId);
      if (!trigger) throw new Refusal('invalid_trigger_id');
      if (trigger.used) throw new Refusal('exchanged_trigger_id');
      if (options.now() - trigger.at > lifeMs) throw new Refusal('expired_trigger_id');
      trigger.used = true;
      return trigger.user;
    },
  };
}
