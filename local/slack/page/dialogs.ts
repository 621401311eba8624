/**
 * Call after each render: opens the dialogs that were drawn (modal, so that the page behind is dimmed and out of reach)
 * and, when the last one has gone, gives the focus back to the control that had it before.
 */
export function createDialogs(root: HTMLElement): () => void {
  let opener: string | undefined;
  let wereOpen = false;
  return () => {
    const drawn = [...root.querySelectorAll('dialog')];
    for (const dialog of drawn.filter(({ open }) => !open)) {
      if (!wereOpen) opener = keyOfFocus();
      wereOpen = true;
      dialog.showModal();
      firstField(dialog)?.focus();
    }
    if (drawn.length > 0 || !wereOpen) return;
    wereOpen = false;
    focusKey(root, opener);
  };
}

function keyOfFocus(): string | undefined {
  const active = document.activeElement;
  return active instanceof HTMLElement ? active.dataset['key'] : undefined;
}

/** The control with that key; when it has gone meanwhile (an answered card has no buttons), the message box. */
export function focusKey(root: HTMLElement, key: string | undefined): void {
  const wanted =
    key === undefined ? null : root.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  (wanted ?? root.querySelector<HTMLElement>('[data-key="composer"]'))?.focus();
}

/** Call before a render, and the answer after it: a focused control that was taken away leaves the focus to its list. */
export function holdFocus(): () => void {
  const active = document.activeElement;
  const log = active?.closest<HTMLElement>('.log');
  return () => {
    if (active?.isConnected === false && document.activeElement === document.body)
      log?.focus({ preventScroll: true });
  };
}

function firstField(dialog: HTMLDialogElement): HTMLElement | null {
  const wrong = dialog.querySelector<HTMLElement>('[aria-invalid]');
  return (
    wrong ??
    dialog.querySelector<HTMLElement>('[autofocus], .modal-body :is(input, textarea, select, button)')
  );
}
