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
  headerText: 150,
  actionsElements: 25,
  buttonText: 75,
  buttonValue: 2_000,
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
