import {
  type EnvironmentOptions,
  type ExecutionEnvironment,
  type Invoked,
  startEnvironment,
} from './environment.ts';

/** A deployed function: as many execution environments as are needed at the same time, each for one invocation. */
export interface LambdaFunction {
  invoke(event: unknown): Promise<Invoked>;
  close(): Promise<void>;
}

export function openFunction(options: EnvironmentOptions): LambdaFunction {
  const idle: ExecutionEnvironment[] = [];
  const all = new Set<ExecutionEnvironment>();
  let closed = false;
  return {
    invoke: async (event) => {
      const environment = idle.pop() ?? (await startEnvironment(options));
      all.add(environment);
      const invoked = await environment.invoke(event);
      if (invoked.kind === 'died' || closed) {
        all.delete(environment);
        await environment.close();
      } else {
        idle.push(environment);
      }
      return invoked;
    },
    close: async () => {
      closed = true;
      await Promise.all([...all].map((environment) => environment.close()));
    },
  };
}
