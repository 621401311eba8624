import { html, type TemplateResult } from 'lit';
import type { Block } from '../../local-api.ts';
import { type Fields, fieldsOf, stringOf } from './fields.ts';

/** The first row is the head, as Slack shows it; cells are plain text. */
export function renderTable(block: Block): TemplateResult {
  const rows = Array.isArray(block['rows']) ? block['rows'].map(cellsOf) : [];
  const settings = Array.isArray(block['column_settings']) ? block['column_settings'].map(fieldsOf) : [];
  const style = (at: number): string => {
    const { align, is_wrapped } = settings[at] ?? {};
    return `${stringOf(align) ?? 'left'}${is_wrapped === true ? '' : ' unwrapped'}`;
  };
  const [head = [], ...body] = rows;
  return html`<div class="table" role="region" aria-label="Table" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head.map((text, at) => html`<th scope="col" class=${style(at)}>${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${body.map(
          (row) => html`<tr>
            ${row.map((text, at) => html`<td class=${style(at)}>${text}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const cellsOf = (row: unknown): readonly string[] =>
  Array.isArray(row) ? row.map((cell: unknown) => cellText(fieldsOf(cell))) : [];

function cellText(cell: Fields | undefined): string {
  const value = cell?.['value'];
  return stringOf(cell?.['text']) ?? (typeof value === 'number' ? String(value) : '');
}
