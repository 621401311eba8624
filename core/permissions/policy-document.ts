import * as v from 'valibot';
import { readJson } from '../json.ts';

/**
 * An IAM policy document, as JSON (IAM user guide, "Grammar of the IAM JSON policy language"). Elements that nothing here
 * looks at (NotAction, NotPrincipal, NotResource) are kept out on purpose: a document with them cannot be judged.
 */
const oneOrMore = v.union([v.string(), v.array(v.string())]);
const statement = v.strictObject({
  Sid: v.exactOptional(v.string()),
  Effect: v.picklist(['Allow', 'Deny']),
  Principal: v.exactOptional(v.union([v.literal('*'), v.record(v.string(), oneOrMore)])),
  Action: oneOrMore,
  Resource: v.exactOptional(oneOrMore),
  Condition: v.exactOptional(v.record(v.string(), v.record(v.string(), oneOrMore))),
});
const document = v.object({
  Version: v.exactOptional(v.string()),
  Statement: v.union([
    v.array(statement),
    v.pipe(
      statement,
      v.transform((one) => [one]),
    ),
  ]),
});

export type PolicyStatement = v.InferOutput<typeof statement>;
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** Undefined: no policy document, or one with elements that nothing here can judge. */
export function parsePolicy(text: string): PolicyDocument | undefined {
  const parsed = v.safeParse(document, readJson(text));
  return parsed.success ? { Version: '2012-10-17', Statement: parsed.output.Statement } : undefined;
}
