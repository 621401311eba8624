import type { WebClient } from '@slack/web-api';

/** Addresses of messages, for lists that lead to their cards. */
export interface Links {
  /** Undefined where Slack does not say where the workspace is: a list without links is better than none. */
  to(message: { readonly channel: string; readonly ts: string } | undefined): string | undefined;
}

/** How long an answer of Slack counts; the workspace's address hardly ever changes. */
const KEPT_MS = 3_600_000;
/** After a failure Slack is left alone for this long. */
const AGAIN_MS = 60_000;

/**
 * The address of a message is the workspace's address with channel and ts, as chat.getPermalink answers it
 * (docs.slack.dev/reference/methods/chat.getPermalink): one auth.test an hour instead of one call a line.
 */
export function slackLinks(web: Pick<WebClient, 'auth'>, now: () => number): () => Promise<Links> {
  let known: { readonly links: Promise<Links>; until: number } | undefined;
  return () => {
    if (known && known.until > now()) return known.links;
    const asked = web.auth.test().then(
      ({ url }) => linksAt(url),
      () => {
        if (known?.links === asked) known.until = now() + AGAIN_MS;
        return linksAt(undefined);
      },
    );
    known = { links: asked, until: now() + KEPT_MS };
    return asked;
  };
}

/** `workspace`: `https://acme.slack.com/`. */
export function linksAt(workspace: string | undefined): Links {
  const base = workspace !== undefined && /^https?:\/\/[^\s<>|]+\/$/.test(workspace) ? workspace : undefined;
  return {
    to: (message) =>
      base === undefined || message === undefined
        ? undefined
        : `${base}archives/${message.channel}/p${message.ts.replace('.', '')}`,
  };
}
