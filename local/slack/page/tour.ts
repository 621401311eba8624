import { html, nothing, type TemplateResult } from 'lit';
import { channelTitle, type Page } from './page.ts';

/** In an empty channel: what can be tried, each a click that writes it into the message box or goes there. */
export function renderTour(page: Page): TemplateResult {
  const { deeds, names, state } = page;
  const first = state.workspace?.commands[0];
  const im = state.workspace?.channels.find(({ is_im }) => is_im);
  const app = names.app?.name;
  const write = (text: string) =>
    html`<button type="button" class="try" @click=${() => deeds.setDraft(text)}><code>${text}</code></button>`;
  return html`<div class="empty">
    <h2>This is the very beginning of ${channelTitle(page)}</h2>
    ${
      first === undefined
        ? nothing
        : html`<p>${first.description}. A click writes it into the box below:</p>
            <ol class="tour">
              <li>${write(`${first.command} nginx:1.21-alpine base-images/nginx`)} asks for an image</li>
              <li>choose another person under “Acting as”: who may decide clicks on the card, others read why not</li>
              <li>open the card’s thread: it tells where the image stands and what the scan found</li>
              <li>${write(first.command)} alone opens a form; ${write(`${first.command} help`)} shows the rest</li>
              <li>${write(`@${app} ${first.command.slice(1)} redis:6.2`)} works in threads too, and so does the menu <b>⋮</b> of every message</li>
              ${
                im === undefined
                  ? nothing
                  : html`<li>
                      <button type="button" class="try" @click=${() => deeds.goTo({ ...(state.route.user === undefined ? {} : { user: state.route.user }), channel: im.id, tab: 'home' })}>Home of ${app}</button>
                      shows what waits for you and what became of your requests
                    </li>`
              }
            </ol>`
    }
  </div>`;
}
