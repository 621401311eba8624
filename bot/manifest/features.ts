import { IDS } from '../ids.ts';

export interface CommandFeature {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
}
export interface ShortcutFeature {
  readonly type: 'global' | 'message';
  readonly callbackId: string;
  /** At most 24 characters. */
  readonly name: string;
  readonly description: string;
}
export interface EventFeature {
  readonly name: 'app_home_opened' | 'app_mention' | 'channel_id_changed' | 'message.im';
  /** docs.slack.dev/reference/events: what the event itself asks for. */
  readonly scopes: readonly string[];
}
export interface MethodFeature {
  /** As in docs.slack.dev/reference/methods, `chat.postMessage`. */
  readonly name: string;
  readonly scopes: readonly string[];
}

export interface InputFeature {
  /** As in docs.slack.dev/reference/block-kit/block-elements, where what is filled in cannot be read without a scope. */
  readonly name: 'file_input';
  readonly scopes: readonly string[];
}

/**
 * What the app uses of Slack, once: the manifest is made from it, and a test compares it with the listeners that are
 * bound and with the Web API methods in the code.
 */
export interface Features {
  readonly commands: readonly CommandFeature[];
  readonly shortcuts: readonly ShortcutFeature[];
  readonly events: readonly EventFeature[];
  readonly methods: readonly MethodFeature[];
  readonly inputs: readonly InputFeature[];
}

/** By kind of conversation: channels are public ones, groups private ones, im direct messages. */
const ANY_CHANNEL = (right: 'read' | 'history'): readonly string[] => [
  `channels:${right}`,
  `groups:${right}`,
];

export const FEATURES: Features = {
  commands: [
    {
      command: IDS.command,
      description: 'Mirror a container image into ECR',
      usageHint: '<source> [target], or help',
    },
  ],
  shortcuts: [
    {
      type: 'global',
      callbackId: IDS.mirrorImage,
      name: 'Mirror an image',
      description: 'Ask for a container image to be let into ECR',
    },
    {
      type: 'message',
      callbackId: IDS.mirrorMessage,
      name: 'Mirror these images',
      description: 'Ask for the images that this message names',
    },
  ],
  events: [
    { name: 'app_home_opened', scopes: [] },
    { name: 'app_mention', scopes: ['app_mentions:read'] },
    { name: 'channel_id_changed', scopes: ['groups:history', 'groups:read'] },
    { name: 'message.im', scopes: ['im:history'] },
  ],
  methods: [
    { name: 'auth.test', scopes: [] },
    { name: 'chat.delete', scopes: ['chat:write'] },
    { name: 'chat.postMessage', scopes: ['chat:write'] },
    { name: 'chat.postEphemeral', scopes: ['chat:write'] },
    { name: 'chat.update', scopes: ['chat:write'] },
    { name: 'conversations.info', scopes: ANY_CHANNEL('read') },
    { name: 'conversations.join', scopes: ['channels:join'] },
    { name: 'conversations.open', scopes: ['im:write'] },
    { name: 'conversations.history', scopes: [...ANY_CHANNEL('history'), 'im:history'] },
    { name: 'conversations.replies', scopes: [...ANY_CHANNEL('history'), 'im:history'] },
    { name: 'usergroups.list', scopes: ['usergroups:read'] },
    { name: 'usergroups.users.list', scopes: ['usergroups:read'] },
    { name: 'users.info', scopes: ['users:read'] },
    { name: 'views.open', scopes: [] },
    { name: 'views.publish', scopes: [] },
  ],
  inputs: [{ name: 'file_input', scopes: ['files:read'] }],
};

/** Every scope that is needed, in alphabetical order. A command or shortcut needs `commands`. */
export function scopesOf({ commands, shortcuts, events, inputs, methods }: Features): readonly string[] {
  const invoked = commands.length + shortcuts.length > 0 ? ['commands'] : [];
  const rest = [...events, ...methods, ...inputs].flatMap(({ scopes }) => scopes);
  return [...new Set([...invoked, ...rest])].toSorted();
}
