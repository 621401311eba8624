import { html, type TemplateResult } from 'lit';
import { renderBlocks } from './blocks/block.ts';
import type { Surface } from './blocks/surface.ts';
import type { Page } from './page.ts';

/** The app's Home tab, as it published it for the person the page acts as. */
export function renderHomeTab(page: Page): TemplateResult {
  const { deeds, names, state } = page;
  const { home } = state;
  const surface: Surface = {
    id: `home|${home?.id ?? ''}`,
    names,
    waiting: state.waiting,
    menu: state.menu,
    errors: {},
    act: (action) => deeds.act(home?.id ?? '', action),
    toggleMenu: deeds.toggleMenu,
  };
  const failure = state.failures.get(home?.id ?? '') ?? state.failures.get('home');
  return html`<div class="home" role="region" aria-label="Home of ${names.app?.name}" tabindex="0">
    ${failure === undefined ? '' : html`<p class="failure" role="alert">${failure}</p>`}
    ${home === undefined || home.blocks.length === 0 ? renderNothing(page) : renderBlocks(home.blocks, surface)}
  </div>`;
}

function renderNothing(page: Page): TemplateResult {
  const app = page.names.app?.name ?? 'The app';
  return html`<p class="empty" role="status">${page.state.home === undefined ? '' : `${app} is drawing this page.`}</p>`;
}
