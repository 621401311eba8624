/** Reading Block Kit's JSON: what has another shape than Slack's reference says is `undefined`, never a crash. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Text {
  readonly text: string;
  readonly mrkdwn: boolean;
}

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf).filter((item) => item !== undefined) : [];
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A text object, https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export function textOf(value: unknown): Text | undefined {
  const fields = fieldsOf(value);
  const text = stringOf(fields?.['text']);
  return text === undefined ? undefined : { text, mrkdwn: fields?.['type'] === 'mrkdwn' };
}

export interface Option {
  readonly text: string;
  readonly value: string;
  readonly description?: string;
  readonly url?: string;
}

export function optionOf(value: unknown): Option | undefined {
  const fields = fieldsOf(value);
  const text = textOf(fields?.['text'])?.text;
  if (fields === undefined || text === undefined) return undefined;
  const description = textOf(fields['description'])?.text;
  const url = stringOf(fields['url']);
  return {
    text,
    value: stringOf(fields['value']) ?? text,
    ...(description === undefined ? {} : { description }),
    ...(url === undefined ? {} : { url }),
  };
}

export function optionsOf(value: unknown): readonly Option[] {
  return listOf(value)
    .map(optionOf)
    .filter((item) => item !== undefined);
}

export interface Confirm {
  readonly title: string;
  readonly text: Text;
  readonly confirm: string;
  readonly deny: string;
  readonly danger: boolean;
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
export function confirmOf(value: unknown): Confirm | undefined {
  const fields = fieldsOf(value);
  const text = textOf(fields?.['text']);
  if (fields === undefined || text === undefined) return undefined;
  return {
    title: textOf(fields['title'])?.text ?? 'Are you sure?',
    text,
    confirm: textOf(fields['confirm'])?.text ?? 'Yes',
    deny: textOf(fields['deny'])?.text ?? 'Cancel',
    danger: fields['style'] === 'danger',
  };
}
