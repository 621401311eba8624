import { join } from 'node:path';
import { type Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Charset, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Deployment } from './deployment.ts';

export const ROOT = join(import.meta.dirname, '..');
/** nodejs24.x refuses handlers with a callback, so each has two parameters at most (Lambda developer guide, "Node.js handler"). */
const RUNTIME = Runtime.NODEJS_24_X;

export interface NodeFunctionProps {
  /** From the checkout's root. */
  readonly entry: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  /** Others trust the role by its name, so it has one of its own. */
  readonly roleName?: string;
  /** Packages that are loaded and never called there. */
  readonly unused?: readonly string[];
  /** Packages that are loaded when they are needed, which is seldom: each is a file of its own, not read at the start. */
  readonly seldom?: readonly string[];
}

export interface MadeFunction {
  readonly fn: NodejsFunction;
  readonly role: Role;
}

/** A function with its role and its log: the only place that knows runtime, processor and bundling. */
export function nodeFunction(
  stack: Stack,
  { config, configFile }: Deployment,
  { id, ...props }: NodeFunctionProps & { readonly id: string },
): MadeFunction {
  const logGroup = new LogGroup(stack, `${id}Log`, {
    retention: config.aws.logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // A role of its own and not CDK's: that one brings a managed policy along, which writes to any log.
  const role = new Role(stack, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    ...(props.roleName !== undefined && { roleName: props.roleName }),
  });
  logGroup.grantWrite(role);
  const aliases = Object.fromEntries([
    ['--alias:@aws-sdk/credential-provider-node', join(ROOT, 'infra/bundling/environment-credentials.mjs')],
    ...(props.unused ?? []).map((name) => [`--alias:${name}`, join(ROOT, 'infra/bundling/left-out.cjs')]),
  ]);
  const seldom = props.seldom ?? [];
  const fn = new NodejsFunction(stack, id, {
    description: props.description,
    entry: join(ROOT, props.entry),
    handler: 'handler',
    projectRoot: ROOT,
    depsLockFilePath: join(ROOT, 'package-lock.json'),
    runtime: RUNTIME,
    architecture: Architecture.ARM_64,
    memorySize: props.memoryMb,
    timeout: props.timeout,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
    bundling: {
      format: OutputFormat.ESM,
      target: 'node24',
      minify: true,
      sourceMap: true,
      sourcesContent: false,
      metafile: stack.node.tryGetContext('metafile') === 'true',
      // The SDK that the tests ran with, and only what is used of it.
      bundleAwsSDK: true,
      mainFields: ['module', 'main'],
      esbuildArgs: { ...aliases, '--legal-comments': 'external' },
      charset: Charset.UTF8,
      externalModules: [...seldom],
      // Bolt is CommonJS and asks for Node's own modules by require.
      banner: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      commandHooks: {
        beforeBundling: () => [],
        beforeInstall: () => [],
        // The configuration travels with the code: reviewed with it, and rolled back with it.
        afterBundling: (_from, to) => [
          `cp "${configFile}" "${join(to, 'mirror.config.json')}"`,
          ...seldom.map((name) => bundleApart(name, to)),
        ],
      },
    },
  });
  return { fn, role };
}

const bundleApart = (name: string, to: string): string =>
  [
    `"${join(ROOT, 'node_modules/.bin/esbuild')}" "${join(ROOT, 'node_modules', name, 'index.js')}"`,
    `--outfile="${join(to, 'node_modules', name, 'index.js')}"`,
    '--bundle --minify --platform=node --format=cjs --target=node24 --legal-comments=external --log-level=error',
  ].join(' ');
