import type { Delivery } from '../../../core/request/deliveries.ts';
import { answers } from './answers.ts';
import { cards } from './cards.ts';
import { cancelAnswers, clicks, runAnswers } from './clicks.ts';
import { directs, opsLines } from './directs.ts';
import type { Pictures } from './picture.ts';
import { privateLines } from './private-lines.ts';
import { replies } from './replies.ts';
import { homes, modals } from './views.ts';

export interface Section {
  readonly title: string;
  /** Where it is shown and who sees it. */
  readonly about: string;
  readonly pictures: Pictures;
}

/** All that the bot says of a request by itself, by where it is said; and what it answers and opens. */
export type SectionName = Delivery['kind'] | 'answer' | 'click' | 'modal' | 'home';

export const gallery: Readonly<Record<SectionName, Section>> = {
  card: {
    title: 'The card',
    about: 'The one message of a request in its channel. It is edited as the request goes on.',
    pictures: cards,
  },
  reply: {
    title: 'The thread',
    about: 'What happens to a request is told once, as replies to its card.',
    pictures: replies,
  },
  private: {
    title: 'For who asked, alone',
    about:
      'The first answer to a command, and what is known before anybody else is asked. Where Slack cannot show it in the channel it comes as a direct message.',
    pictures: privateLines,
  },
  direct: {
    title: 'Direct messages',
    about: 'For those who are not where the card stands.',
    pictures: directs,
  },
  ops: {
    title: 'The ops channel',
    about: 'For those who run the mirror (`channels.ops`).',
    pictures: opsLines,
  },
  answer: {
    title: 'Answers to commands',
    about: 'Read by who typed the command, and nobody else.',
    pictures: answers,
  },
  click: {
    title: 'Answers to clicks',
    about: 'A click that changes nothing is answered with why, and with who can; so are Cancel and Run now.',
    pictures: { ...clicks, ...cancelAnswers, ...runAnswers },
  },
  modal: {
    title: 'Dialogs',
    about: 'Opened by a command, a click or a shortcut.',
    pictures: modals,
  },
  home: {
    title: 'The Home tab',
    about: 'The app’s own page, for each person another one.',
    pictures: homes,
  },
};
