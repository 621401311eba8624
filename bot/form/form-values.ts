/** What a submitted view holds, as Slack gives it (docs.slack.dev/reference/interaction-payloads/view-interactions-payload). */
interface Field {
  readonly value?: string | null;
  readonly selected_option?: { readonly value: string } | null;
  readonly selected_options?: readonly { readonly value: string }[];
}
export type FormValues = Readonly<Record<string, Readonly<Record<string, Field>>>>;

/** A field of the same id as its block: its text or its choice; undefined where it is empty. */
export function fieldOf(values: FormValues, id: string): string | undefined {
  const field = values[id]?.[id];
  const text = (field?.value ?? field?.selected_option?.value ?? '').trim();
  return text === '' ? undefined : text;
}

export const choicesOf = (values: FormValues, id: string): readonly string[] =>
  (values[id]?.[id]?.selected_options ?? []).map(({ value }) => value);
