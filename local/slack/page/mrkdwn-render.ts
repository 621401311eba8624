import { html, type TemplateResult } from 'lit';
import { type Inline, type MrkdwnBlock, parseMrkdwn } from './mrkdwn-parse.ts';
import type { Names } from './names.ts';
import { formatDateTokens, fullTime } from './times.ts';

/** Mrkdwn as elements. Every foreign text goes through the template's escaping; nothing is ever set as markup. */
export function renderMrkdwn(source: string, names: Names): TemplateResult {
  return html`${parseMrkdwn(source).map((block) => renderBlock(block, names))}`;
}

function renderBlock(block: MrkdwnBlock, names: Names): TemplateResult {
  switch (block.kind) {
    case 'paragraph':
      return html`<div class="mrkdwn">${renderInlines(block.children, names)}</div>`;
    case 'quote':
      return html`<blockquote class="mrkdwn">${renderInlines(block.children, names)}</blockquote>`;
    case 'pre':
      return html`<pre tabindex="0" role="group" aria-label="Code">${block.text}</pre>`;
    default:
      return block satisfies never;
  }
}

function renderInlines(nodes: readonly Inline[], names: Names): readonly unknown[] {
  return nodes.map((node) => renderInline(node, names));
}

function renderInline(node: Inline, names: Names): unknown {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'bold':
      return html`<b>${renderInlines(node.children, names)}</b>`;
    case 'italic':
      return html`<i>${renderInlines(node.children, names)}</i>`;
    case 'strike':
      return html`<s>${renderInlines(node.children, names)}</s>`;
    case 'code':
      return html`<code>${node.text}</code>`;
    case 'link':
      return html`<a href=${node.url} target="_blank" rel="noopener noreferrer">${node.label}</a>`;
    case 'user':
      return mention(`@${names.user(node.id)}`, node.id === names.me);
    case 'channel':
      return mention(`#${names.channel(node.id)}`, false);
    case 'group': {
      const { handle, mine } = names.group(node.id);
      return mention(node.label ?? `@${handle}`, mine);
    }
    case 'everyone':
      return mention(`@${node.name}`, true);
    case 'date':
      return renderDate(node, names.now);
    default:
      return node satisfies never;
  }
}

function mention(text: string, mine: boolean): TemplateResult {
  return html`<span class="mention ${mine ? 'mine' : ''}">${text}</span>`;
}

function renderDate(node: Extract<Inline, { kind: 'date' }>, now: number): unknown {
  const at = node.seconds * 1000;
  const text = formatDateTokens(node.format, at, now) ?? node.fallback;
  const time = html`<time datetime=${new Date(at).toISOString()} title=${fullTime(at)}>${text}</time>`;
  return node.url === undefined
    ? time
    : html`<a href=${node.url} target="_blank" rel="noopener noreferrer">${time}</a>`;
}
