/**
 * The inside of an execution environment: imports the bundle and answers one invocation after the other, as the managed
 * Node.js runtime does (Lambda developer guide, "Using the Lambda runtime API"). It runs in a process of its own and
 * imports nothing of ours and no package: what a bundle lacks is missing.
 */
const { AWS_LAMBDA_RUNTIME_API = '', LAMBDA_TASK_ROOT = '', _HANDLER = 'index.handler' } = process.env;
const api = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

type Handler = (event: unknown, context: object) => Promise<unknown>;

const post = async (path: string, body: unknown): Promise<void> => {
  await fetch(`${api}/${path}`, { method: 'POST', body: JSON.stringify(body ?? null) });
};
const told = (error: unknown): object =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split('\n') }
    : { errorType: typeof error, errorMessage: String(error) };

async function load(): Promise<Handler> {
  const [file = '', name = ''] = _HANDLER.split('.');
  const bundle: Record<string, unknown> = await import(`${LAMBDA_TASK_ROOT}/${file}.mjs`);
  const handler = bundle[name];
  if (typeof handler !== 'function') throw new Error(`${_HANDLER} is not there or no function`);
  // As nodejs24.x does: a third parameter would be the callback that it no longer has.
  if (handler.length > 2) throw new Error('Runtime.CallbackHandlerDeprecated');
  return handler as Handler;
}

async function answer(handler: Handler): Promise<void> {
  const next = await fetch(`${api}/invocation/next`);
  const id = next.headers.get('lambda-runtime-aws-request-id') ?? '';
  const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'));
  const event: unknown = await next.json();
  const context = {
    awsRequestId: id,
    invokedFunctionArn: next.headers.get('lambda-runtime-invoked-function-arn'),
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    await post(`invocation/${id}/response`, await handler(event, context));
  } catch (error) {
    await post(`invocation/${id}/error`, told(error));
  }
}

try {
  const began = performance.now();
  const handler = await load();
  console.error(`mirror: imported in ${Math.round(performance.now() - began)} ms`);
  for (;;) await answer(handler);
} catch (error) {
  await post('init/error', told(error)).catch(() => {});
  process.exitCode = 1;
}
