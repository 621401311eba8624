import type { EcrWorld } from '../world.ts';

export interface ControlContext {
  readonly world: EcrWorld;
  /** Host and port of the data plane, the first part of every `repositoryUri`. */
  readonly registryHost: string;
  /** ARN of the caller. */
  readonly principal: string;
}

/** One action of the control API: reads its own input, answers with the output's JSON, or throws a ControlError. */
export type Operation = (context: ControlContext, input: unknown) => object | Promise<object>;
