import { parseArgs } from 'node:util';
import { buildManifest, type Way } from '../bot/manifest/manifest.ts';
import { readOutputs } from './setup/outputs.ts';
import { usageProblem } from '../core/usage-problem.ts';

const USAGE = `npm run -s slack:manifest -- --socket              for npm start: the app opens a socket
npm run -s slack:manifest -- --outputs cdk-outputs.json   for the stack: its address is in there
npm run -s slack:manifest -- --url https://HOST/slack/events   for npm start behind a proxy of your own

  --stack NAME   which stack of the outputs, where there are several
  --link         a link that opens Slack's page with it, instead of the manifest`;

export type ManifestLine =
  | { readonly kind: 'print'; readonly way: Way; readonly link: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problem: string };

/** What was typed, with the address out of the file of outputs. */
export function parseManifestLine(args: readonly string[]): ManifestLine {
  let values: ReturnType<typeof parsed>;
  try {
    values = parsed(args);
  } catch (error) {
    return wrong(usageProblem(error));
  }
  const { help, link, outputs, socket, stack, url } = values;
  if (help) return { kind: 'help' };
  if ([socket, url !== undefined, outputs !== undefined].filter(Boolean).length !== 1) {
    return wrong('it takes one of --socket, --url ADDRESS and --outputs FILE');
  }
  if (socket) return { kind: 'print', way: { kind: 'socket' }, link };
  const found = url ?? requestUrlIn(outputs ?? '', stack);
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

function requestUrlIn(file: string, stack: string | undefined): string | ManifestLine {
  const found = readOutputs({ file, stack, wanted: OUTPUT });
  return found.ok ? (found.outputs[OUTPUT] ?? '') : wrong(found.problem);
}
const OUTPUT = 'SlackRequestUrl';

/** Opens "Create an app" with the manifest filled in (docs.slack.dev/app-manifests, "Sharing manifests"). */
export const linkOf = (manifest: object): string =>
  `https://api.slack.com/apps?new_app=1&manifest_json=${encodeURIComponent(JSON.stringify(manifest))}`;

if (import.meta.main) {
  const line = parseManifestLine(process.argv.slice(2));
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
