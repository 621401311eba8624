import type { Failure } from '../../core/request/failure.ts';

/** The text of a failure that was tried often enough: that it goes on by itself is then no longer true. */
export function gaveUp(failure: Failure): Failure {
  switch (failure.code) {
    case 'sourceRateLimited':
    case 'pullsReserved':
      return { ...failure, hint: 'It was tried for hours. Once the limit is open again, try again.' };
    case 'ecrUnreachable':
      return {
        ...failure,
        hint: 'It was tried several times. Whoever runs the mirror checks the way to ECR. Then try again.',
      };
    default:
      return failure;
  }
}
