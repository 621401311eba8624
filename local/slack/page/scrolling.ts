import { isAtEnd } from './channel.ts';

/**
 * Keeps each message list at its newest line, unless the reader has scrolled up. `before` notes where each list stands,
 * `after` follows; `missed` hears that lines came in out of sight.
 */
export function createScrolling(root: HTMLElement, missed: () => void) {
  let atEnd = new Map<Element, boolean>();
  let counts = new Map<Element, number>();
  const logs = () => [...root.querySelectorAll<HTMLElement>('.log')];
  const toEnd = (log: HTMLElement) => {
    log.scrollTop = log.scrollHeight;
  };
  return {
    before: () => {
      atEnd = new Map(logs().map((log) => [log, isAtEnd(log)]));
      counts = new Map(logs().map((log) => [log, articles(log)]));
    },
    after: () => {
      for (const log of logs()) {
        // A list that was just drawn starts at its newest line; so does one whose first lines have just come in.
        const before = counts.get(log) ?? 0;
        if (before === 0 || atEnd.get(log) !== false) toEnd(log);
        else if (articles(log) > before && log.closest('.channel') !== null) missed();
      }
    },
    toEnd: () => logs().forEach(toEnd),
  };
}

function articles(log: HTMLElement): number {
  return log.querySelectorAll('article').length;
}
