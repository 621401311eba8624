import { inTime } from '../in-time.ts';
import { CLICK_BUDGET_MS, type ViewDeps } from '../deps.ts';
import { membership } from '../membership.ts';
import { type Message, message, plain } from '../messages/blocks.ts';

/** Who looks at something, where. */
export interface Viewer {
  readonly workspace: string;
  readonly user: string;
  /** Where it is shown. */
  readonly channel: string;
}

/** A private answer in Slack's time: whatever does not come or fails is told as that, and nothing was changed by looking. */
export async function looking(
  deps: ViewDeps,
  viewer: Viewer,
  look: () => Promise<Message>,
): Promise<Message> {
  try {
    return await inTime(look(), CLICK_BUDGET_MS, TOO_LATE);
  } catch (error) {
    deps.log('error', 'a list could not be shown', { user: viewer.user, error });
    return NO_ANSWER;
  }
}

const TOO_LATE = message('That took too long to look up. Type it again in a minute.', [
  plain('That took too long to look up. Type it again in a minute; looking changes nothing.'),
]);
const NO_ANSWER = message('The database did not answer in time. Type it again in a minute.', [
  plain('The database did not answer in time. Type it again in a minute; looking changes nothing.'),
]);

/**
 * Guests and people of other workspaces see their own requests and no others'. Undefined = may look; what Slack does not
 * answer is a no.
 */
export async function mayLook(deps: ViewDeps, viewer: Viewer): Promise<Message | undefined> {
  const kind = await membership(deps, viewer);
  switch (kind) {
    case 'full':
      return undefined;
    case 'not full':
      return message('Only full members of this workspace see the requests of others.', [
        plain('Only full members of this workspace see the requests of others. /mirror mine shows yours.'),
      ]);
    case 'not checked':
      return message('Slack did not say whether you may see this. Try again in a minute.', [
        plain('Slack did not say whether you may see the requests of others. Type it again in a minute.'),
      ]);
    default:
      return kind satisfies never;
  }
}
