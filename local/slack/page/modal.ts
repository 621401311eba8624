import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { OpenView } from '../local-api.ts';
import { renderBlocks } from './blocks/block.ts';
import type { Surface } from './blocks/surface.ts';
import type { Page } from './page.ts';
import { cross } from './thread.ts';

/** The top one of the person's open views, as a dialog over the dimmed page. `dialogs.ts` opens it for real. */
export function renderModal(page: Page): TemplateResult | typeof nothing {
  const view = page.state.views.at(-1);
  return view === undefined ? nothing : html`${keyed(view.id, renderView(page, view))}`;
}

function renderView(page: Page, view: OpenView): TemplateResult {
  const { state, names, deeds } = page;
  const surface: Surface = {
    id: view.id,
    names,
    waiting: state.waiting,
    menu: state.menu,
    errors: { ...view.errors, ...state.inputErrors },
    act: (action) => deeds.act(view.id, action),
    toggleMenu: deeds.toggleMenu,
  };
  const waiting = state.waiting.has(view.id);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!waiting && event.currentTarget instanceof HTMLElement)
      deeds.submitView(view.id, event.currentTarget);
  };
  const cancel = (event: Event) => {
    event.preventDefault();
    deeds.closeView(view.id);
  };
  return html`<dialog class="modal" aria-labelledby="modal-title" @cancel=${cancel}>
    <form @submit=${submit} novalidate>
      <header>
        <h2 id="modal-title">${view.title}</h2>
        <button type="button" class="close" aria-label="Close" @click=${cancel}>${cross()}</button>
      </header>
      <div class="modal-body">
        ${renderFailure(page, view)} ${renderBlocks(view.blocks, surface)}
      </div>
      <footer>
        <button type="button" class="button" @click=${cancel}>${view.close ?? 'Cancel'}</button>
        ${view.submit === undefined ? nothing : renderSubmit(view.submit, waiting)}
      </footer>
    </form>
  </dialog>`;
}

function renderSubmit(text: string, waiting: boolean): TemplateResult {
  return html`<button
    type="submit"
    class="button primary ${waiting ? 'waiting' : ''}"
    aria-disabled=${waiting ? 'true' : nothing}
    aria-busy=${waiting ? 'true' : nothing}
  >
    ${text}
  </button>`;
}

/** Errors of the submission as a whole, and those for blocks that cannot show them. */
function renderFailure(page: Page, view: OpenView): TemplateResult | typeof nothing {
  const inputs = new Set(
    view.blocks.filter(({ type }) => type === 'input').map((block) => block['block_id']),
  );
  const homeless = Object.entries(view.errors ?? {}).flatMap(([at, text]) =>
    inputs.has(at) ? [] : `${at}: ${text}`,
  );
  const text = [page.state.failures.get(view.id) ?? view.trouble, ...homeless].filter(Boolean).join('\n');
  return text === '' ? nothing : html`<p class="failure" role="alert">${text}</p>`;
}
