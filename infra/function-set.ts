import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** The four functions; the bot is seen through its alias, by which it is called. */
export interface Functions {
  readonly bot: IFunction;
  readonly notifier: IFunction;
  readonly worker: IFunction;
  readonly tick: IFunction;
}
