import { html, nothing, type TemplateResult } from 'lit';
import type { Block } from '../../local-api.ts';
import { type Fields, stringOf, textOf } from './fields.ts';

export function renderImage(block: Block): TemplateResult {
  const title = textOf(block['title'])?.text;
  return html`<figure class="image">
    ${title === undefined ? nothing : html`<figcaption>${title}</figcaption>`} ${renderImageElement(block)}
  </figure>`;
}

/** Only images that are in the message itself: the page makes no request to anywhere else. */
export function renderImageElement(element: Fields): TemplateResult {
  const url = stringOf(element['image_url']) ?? '';
  const alt = stringOf(element['alt_text']) ?? '';
  return url.startsWith('data:image/')
    ? html`<img src=${url} alt=${alt} />`
    : html`<span class="image-left-out">${alt} (picture not fetched: the local page shows data: pictures only)</span>`;
}
