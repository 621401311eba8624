import { type Answer, answer } from '../answer.ts';

/** The error body of the distribution specification; ECR sends no `detail`. */
export function refuse(status: number, code: string, message: string): Answer {
  const body = JSON.stringify({ errors: [{ code, message }] });
  return answer(status, { 'content-type': 'application/json; charset=utf-8' }, body);
}
