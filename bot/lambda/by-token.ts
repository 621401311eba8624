import type { SecretReader } from '../../core/secrets/secret-reader.ts';
import { parseSlackSecret } from '../../core/secrets/slack-secret.ts';

/** What is built over the bot's token, built anew when that was changed. Undefined token: nothing is stored yet. */
export function byToken<T>(
  secret: SecretReader,
  build: (botToken: string | undefined) => T,
): () => Promise<T> {
  let built: { readonly botToken: string | undefined; readonly value: T } | undefined;
  return async () => {
    const botToken = parseSlackSecret(await secret.read())?.botToken;
    if (!built || built.botToken !== botToken) built = { botToken, value: build(botToken) };
    return built.value;
  };
}
