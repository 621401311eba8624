/** `web.chat.postMessage(`, `client.views.open(`: how the code names a Web API client and a method of it. */
const CALL = /(?<![.\w])(?:args\.)?(?:web|client|asked)((?:\s*\.\s*[a-zA-Z]+){2,})\s*\(/g;

/** The Web API methods that a source text calls, by Slack's names. */
export const methodsIn = (source: string): readonly string[] =>
  [...source.matchAll(CALL)].map(([, path = '']) => path.replaceAll(/\s/g, '').slice(1));
