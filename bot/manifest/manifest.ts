import { FEATURES, type Features, scopesOf } from './features.ts';

/** How Slack is to reach the app: over a socket that the app opens, or by posting to its address. */
export type Way = { readonly kind: 'socket' } | { readonly kind: 'http'; readonly url: string };

/** An app manifest (docs.slack.dev/reference/app-manifest), ready for "From a manifest". */
export interface Manifest {
  readonly _metadata: { readonly major_version: 2 };
  readonly display_information: {
    readonly name: string;
    readonly description: string;
    readonly long_description: string;
    readonly background_color: string;
  };
  readonly features: {
    readonly app_home: {
      readonly home_tab_enabled: boolean;
      readonly messages_tab_enabled: boolean;
      readonly messages_tab_read_only_enabled: boolean;
    };
    readonly bot_user: { readonly display_name: string; readonly always_online: boolean };
    readonly shortcuts?: readonly Readonly<Record<'type' | 'callback_id' | 'name' | 'description', string>>[];
    readonly slash_commands: readonly {
      readonly command: string;
      readonly description: string;
      readonly usage_hint: string;
      readonly should_escape: boolean;
      readonly url?: string;
    }[];
  };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: {
    readonly event_subscriptions?: { readonly bot_events: readonly string[]; readonly request_url?: string };
    readonly interactivity: { readonly is_enabled: boolean; readonly request_url?: string };
    readonly org_deploy_enabled: boolean;
    readonly socket_mode_enabled: boolean;
    readonly token_rotation_enabled: boolean;
  };
}

export function buildManifest(way: Way, features: Features = FEATURES): Manifest {
  const { commands, events, methods, shortcuts } = features;
  const url = way.kind === 'http' ? { url: way.url } : {};
  const requestUrl = way.kind === 'http' ? { request_url: way.url } : {};
  const home =
    events.some(({ name }) => name === 'app_home_opened') ||
    methods.some(({ name }) => name === 'views.publish');
  return {
    _metadata: { major_version: 2 },
    display_information: {
      name: 'Mirror',
      description: 'Asks the right people before a container image is copied into your Amazon ECR.',
      long_description:
        'Type /mirror with the name of a container image. Its digest is pinned, whoever may decide is asked, and once somebody has approved it, exactly that digest is copied into Amazon ECR. The thread tells where it stands, how to pull it, and what the scan found.',
      background_color: '#1f3a5f',
    },
    features: {
      app_home: {
        home_tab_enabled: home,
        // Lines that can be shown nowhere else come as direct messages, and /mirror can be typed there.
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      bot_user: { display_name: 'mirror', always_online: true },
      ...(shortcuts.length > 0 && {
        shortcuts: shortcuts.map(({ type, callbackId, name, description }) => ({
          type,
          callback_id: callbackId,
          name,
          description,
        })),
      }),
      slash_commands: commands.map(({ command, description, usageHint }) => ({
        command,
        description,
        usage_hint: usageHint,
        // What was typed arrives as it was typed.
        should_escape: false,
        ...url,
      })),
    },
    oauth_config: { scopes: { bot: scopesOf(features) } },
    settings: {
      ...(events.length > 0 && {
        event_subscriptions: { bot_events: events.map(({ name }) => name), ...requestUrl },
      }),
      interactivity: { is_enabled: true, ...requestUrl },
      org_deploy_enabled: false,
      socket_mode_enabled: way.kind === 'socket',
      // Tokens that end after 12 hours want a place where a process keeps its own secrets; ours are changed by people.
      token_rotation_enabled: false,
    },
  };
}
