import { DEFAULT_CONCURRENCY } from './command-line.ts';
import type { Io } from './io.ts';

/** `mirror help`. */
export function help(io: Pick<Io, 'out'>): number {
  io.out(HELP);
  return 0;
}

const HELP = `npx mirror VERB

  copy SRC DST     copy an image, registry to registry, by digest and unchanged
  plan SRC DST     what copy would do: digest, bytes, blobs; writes nothing
  list FILE        copy every line "source target" of a file; - is stdin, # begins a comment
  help             this text

About a running service:
  doctor           configuration, credentials, clock, queues, table, ECR's rights, the bot's standing: each with a fix
  config check FILE        every problem of a mirror.config.json at once
  explain SOURCE TARGET    the rule, approvers and target that the configuration gives it, or why it is refused
  adopt --prefix P [LIST …]   takes over from a copying job: what stands in ECR is the baseline, its lists are tracked
  requests         what is open, what it waits for, and what is stuck
  decide ID approve|deny --reason TEXT    decides a request while Slack is down, if commandApprovers names your AWS identity

SRC and DST are references as docker pull takes them. DST without a tag gets SRC's tag.
A DST like 123456789012.dkr.ecr.eu-central-1.amazonaws.com/base/nginx is Amazon ECR: the AWS SDK's
credentials are used, and a missing repository is created (immutable tags, scan on push).
Other registries are used with the accounts of docker login.

  --platform os/arch[/variant]   only this platform; may be repeated: several become a new index
  --no-referrers                 without the signatures, attestations and SBOMs beside the image
  --dry-run                      the same as plan, for copy and list
  --json                         one JSON object an image on stdout
  --quiet, -q                    no progress and no summary
  --concurrency N                blobs at once (default ${DEFAULT_CONCURRENCY})
  --insecure-host HOST:PORT      plain HTTP and a private address for exactly this host; may be repeated
  --private-host HOST:PORT       a private address for exactly this host, over HTTPS; may be repeated
  --ca FILE                      certificates (PEM) to believe beside the system's
  --endpoint-url URL             ECR's API, for a VPC endpoint or a stand-in

  --config FILE, --table NAME, --work-queue URL, --notify-queue URL, --region REGION
                                 the service; else MIRROR_CONFIG, MIRROR_TABLE, MIRROR_WORK_QUEUE_URL,
                                 MIRROR_NOTIFY_QUEUE_URL and AWS_REGION
  --name NAME, --dry-run         for adopt: the proposed schedule's name; write nothing
  --team ID, --channel ID        for explain: who asks, or where

HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured.

Exit code: 0 all done, 1 some failed, 2 wrong usage.
`;
