/** Blocks as small as they may be, and texts of a length. */
export const x = (length: number) => 'x'.repeat(length);
export const plain = (length: number) => ({ type: 'plain_text', text: x(length) });
export const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: x(length) });
export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
export const option = (index: number) => ({ text: plain(1), value: String(index) });
export const button = (fields: object = {}) => ({ type: 'button', text: plain(1), ...fields });
export const actions = (...elements: object[]) => ({ type: 'actions', elements });
export const confirm = (fields: object) => actions(button({ confirm: { text: plain(1), ...fields } }));
export const select = (fields: object) => actions({ type: 'static_select', options: [option(1)], ...fields });
export const cell = (length = 1) => ({ type: 'raw_text', text: x(length) });
export const table = (rows: object[][], fields: object = {}) => ({ type: 'table', rows, ...fields });
export const overflow = (options: object[]) => actions({ type: 'overflow', options });
