import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildManifest, type Way } from '../bot/manifest/manifest.ts';

const USAGE = `npm run -s slack:manifest -- --socket              for npm start: the app opens a socket
npm run -s slack:manifest -- --outputs cdk-outputs.json   for the stack: its address is in there
npm run -s slack:manifest -- --url https://HOST/slack/events   for npm start behind a proxy of your own

  --stack NAME   which stack of the outputs, where there are several
  --link         a link that opens Slack's page with it, instead of the manifest`;

export type ManifestLine =
  | { readonly kind: 'print'; readonly way: Way; readonly link: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problem: string };

/** What was typed; `read` reads the file of outputs. */
export function parseManifestLine(args: readonly string[], read: (file: string) => string): ManifestLine {
  let values: ReturnType<typeof parsed>;
  try {
    values = parsed(args);
  } catch (error) {
    return wrong(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
  const { help, link, outputs, socket, stack, url } = values;
  if (help) return { kind: 'help' };
  if ([socket, url !== undefined, outputs !== undefined].filter(Boolean).length !== 1) {
    return wrong('it takes one of --socket, --url ADDRESS and --outputs FILE');
  }
  if (socket) return { kind: 'print', way: { kind: 'socket' }, link };
  const found = url ?? requestUrlIn(outputs ?? '', stack, read);
  if (typeof found !== 'string') return found;
  // Slack posts to https only (docs.slack.dev/apis/events-api/using-http-request-urls).
  if (!URL.canParse(found) || new URL(found).protocol !== 'https:') {
    return wrong(`Slack posts to an https address, and ${found} is none`);
  }
  return { kind: 'print', way: { kind: 'http', url: found }, link };
}

const parsed = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    strict: true,
    options: {
      socket: { type: 'boolean', default: false },
      url: { type: 'string' },
      outputs: { type: 'string' },
      stack: { type: 'string' },
      link: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

const wrong = (problem: string): ManifestLine => ({ kind: 'wrong', problem });

/** `cdk deploy --outputs-file` writes `{STACK: {OUTPUT: value}}`. */
function requestUrlIn(
  file: string,
  stack: string | undefined,
  read: (file: string) => string,
): string | ManifestLine {
  let outputs: unknown;
  try {
    outputs = JSON.parse(read(file));
  } catch {
    return wrong(`${file} cannot be read as JSON: npx cdk deploy --outputs-file ${file} writes it`);
  }
  if (typeof outputs !== 'object' || outputs === null) return wrong(`${file} holds no stacks`);
  const found = Object.entries(outputs).flatMap(([name, each]: [string, unknown]) => {
    if (stack !== undefined && name !== stack) return [];
    const isObject = typeof each === 'object' && each !== null;
    const url: unknown = isObject && OUTPUT in each ? each[OUTPUT] : undefined;
    return typeof url === 'string' ? [{ name, url }] : [];
  });
  if (found.length > 1) {
    return wrong(`${file} has several stacks with a bot: --stack ${found.map(({ name }) => name).join(', or ')}`);
  }
  return found[0]?.url ?? wrong(`${file} has no output ${OUTPUT}${stack === undefined ? '' : ` in ${stack}`}`);
}
const OUTPUT = 'SlackRequestUrl';

/** Opens "Create an app" with the manifest filled in (docs.slack.dev/app-manifests, "Sharing manifests"). */
export const linkOf = (manifest: object): string =>
  `https://api.slack.com/apps?new_app=1&manifest_json=${encodeURIComponent(JSON.stringify(manifest))}`;

if (import.meta.main) {
  const line = parseManifestLine(process.argv.slice(2), (file) => readFileSync(file, 'utf8'));
  if (line.kind === 'print') {
    const manifest = buildManifest(line.way);
    console.log(line.link ? linkOf(manifest) : JSON.stringify(manifest, null, 2));
  } else if (line.kind === 'help') {
    console.log(USAGE);
  } else {
    console.error(`slack:manifest: ${line.problem}\n\n${USAGE}`);
    process.exitCode = 2;
  }
}
