/**
 * Slack's limits, in one table (docs.slack.dev/reference/block-kit, chat.postMessage). Lengths are in characters after
 * escaping, since that is what Slack counts.
 */
export const LIMITS = {
  /** `text` beside blocks; Slack splits longer ones into two messages from 4,000 on. */
  messageText: 3_900,
  blocksInMessage: 50,
  /** Sum over a message's blocks; above about 13,200 Slack answers msg_blocks_too_long (undocumented, bolt-js#2509). */
  messageBlocksText: 12_000,
  sectionText: 3_000,
  sectionFields: 10,
  fieldText: 2_000,
  contextElements: 10,
  contextText: 1_000,
  headerText: 150,
  actionsElements: 25,
  buttonText: 75,
  buttonValue: 2_000,
  overflowOptions: 5,
  /** Text and description of a choice. */
  optionText: 75,
  optionValue: 150,
  /** A table's own limits, its head among the rows; the sum over all cells is undocumented (vellum-assistant#36219). */
  tableRows: 100,
  tableText: 8_000,
  /** Checkboxes and radio buttons. */
  choiceOptions: 10,
  modalTitle: 24,
  modalButton: 24,
  privateMetadata: 3_000,
  inputLabel: 2_000,
  inputText: 3_000,
} as const;

/** At most `max` characters, cut at a character and never inside an entity such as `&amp;`. */
export function clamp(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = [...text.slice(0, max - 1)].join('');
  const safe = cut.replace(/&[a-z]{0,4}$/, '').replace(/[\ud800-\udbff]$/, '');
  return `${safe}…`;
}

/**
 * Mark-up within a length: whole lines as far as they fit, with a code block closed that was cut. A single line that is
 * too long is cut before the token (`<@…>`, `<!date…>`) it would break, and code that was open in it is closed.
 */
export function clampMrkdwn(text: string, max: number): string {
  if (text.length <= max) return text;
  const room = max - 5;
  const at = text.lastIndexOf('\n', room);
  const cut = at > 0 ? text.slice(0, at) : clamp(text, room).replace(/<[^>]*…$/, '…');
  const fences = cut.split('```');
  if (fences.length % 2 === 0) return `${cut}\`\`\``;
  if (at > 0) return `${cut}\n…`;
  return (fences.at(-1) ?? '').split('`').length % 2 === 0 ? `${cut}\`` : cut;
}
