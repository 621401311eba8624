/** Slack's error codes as a sentence for whoever typed or clicked; the code stays visible for whoever debugs the app. */
export function failureText(what: string, code: string | undefined, app: string): string {
  return `${what} failed: ${reasonOf(code ?? 'unknown_error', app)}`;
}

function reasonOf(code: string, app: string): string {
  switch (code) {
    case 'operation_timeout':
      return `${app} did not acknowledge within Slack's 3 seconds (operation_timeout).`;
    case 'dispatch_failed':
    case 'no_socket':
    case 'app_not_connected':
      return `${app} is not connected (${code}). Its log says why.`;
    case 'unknown_command':
    case 'invalid_command':
      return `${app} has no such command (${code}).`;
    case 'not_in_channel':
    case 'channel_not_found':
      return `this person is not a member of the channel (${code}).`;
    case 'not_in_threads':
      return 'slash commands do not work in threads (Slack itself says so).';
    case 'is_archived':
      return 'the channel is archived (is_archived).';
    default:
      return code;
  }
}
