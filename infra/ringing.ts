import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Queues } from './queues.ts';

/** Everybody may ring both doorbells: a message says nothing but "look at this request". */
export const ringing = (role: Role, { notify, work }: Queues): void => {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['sqs:SendMessage'],
      resources: [work.queue.queueArn, notify.queue.queueArn],
    }),
  );
};
