/**
 * Slack's limits for the blocks in use, in UTF-16 units and items.
 * Source unless noted: the doc comments of @slack/types 3.2.0 and https://docs.slack.dev/reference/block-kit
 */
export const limits = {
  messageBlocks: 50,
  /** Of modals and of the Home tab. */
  viewBlocks: 100,
  /** Undocumented sum over a message's texts: `msg_blocks_too_long` (slackapi/bolt-js#2509). */
  messageTexts: 13_200,
  /** chat.postMessage cuts above it and says `message_truncated`. */
  messageText: 40_000,
  /** chat.update refuses above it: `msg_too_long`, https://docs.slack.dev/reference/methods/chat.update */
  updateText: 4_000,
  text: 3_000,
  header: 150,
  sectionFields: 10,
  sectionField: 2_000,
  contextElements: 10,
  actionsElements: 25,
  id: 255,
  buttonText: 75,
  buttonValue: 2_000,
  url: 3_000,
  accessibilityLabel: 75,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  selectOptions: 100,
  selectGroups: 100,
  groupLabel: 75,
  placeholder: 150,
  /** Seen refused at six: incidentbot/incidentbot#328. */
  overflowOptions: 5,
  optionText: 75,
  optionValue: 150,
  optionDescription: 75,
  /** Checkboxes and radio buttons. */
  choiceOptions: 10,
  /** The head is a row. */
  tableRows: 100,
  tableCells: 20,
  /** Undocumented sum over a table's cells: vellum-ai/vellum-assistant#36219. */
  tableText: 10_000,
  /** Seen refused at two: vercel/chat#194. */
  tablesInMessage: 1,
  files: 10,
  inputLabel: 2_000,
  inputHint: 2_000,
  inputLength: 3_000,
  modalTitle: 24,
  modalButton: 24,
  privateMetadata: 3_000,
  modalDepth: 3,
  viewBytes: 250_000,
} as const;
