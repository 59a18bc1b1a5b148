import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { commonTexts } from '../texts/common.js';
import { useTexts } from '../texts/language.js';
import { focusHeading } from './focus.js';

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** Closed by Escape or a button; the parent then no longer renders it. */
  readonly onClose: () => void;
  /** Whether what was confirmed is in progress: nothing closes the dialog then. */
  readonly isBusy?: boolean;
}

/** A modal dialog while it is rendered; the browser keeps the focus in it and returns it afterwards. */
export function Dialog({ title, children, onClose, isBusy = false }: DialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
      else focusHeading();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      closedby={isBusy ? 'none' : 'closerequest'}
      onCancel={(event) => {
        event.preventDefault();
        if (!isBusy) onClose();
      }}
      // A browser without `closedby` closes at the second Escape, whatever has become of the first.
      onClose={() => {
        if (isBusy) dialog.current?.showModal();
      }}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}

interface ConfirmDialogProps extends DialogProps {
  /** Says what is done, for example `Send to 1,200 contacts`. */
  readonly action: string;
  /** Whether there is nothing to confirm. */
  readonly isDisabled?: boolean;
  readonly onConfirm: () => void;
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog({
  title,
  children,
  onClose,
  action,
  isBusy = false,
  isDisabled = false,
  onConfirm,
}: ConfirmDialogProps): VNode {
  const texts = useTexts(commonTexts);
  return (
    <Dialog title={title} onClose={onClose} isBusy={isBusy}>
      {children}
      <div class="actions">
        <button type="button" disabled={isBusy} onClick={onClose}>
          {texts.cancel}
        </button>
        <button type="button" class="primary" disabled={isBusy || isDisabled} onClick={onConfirm}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}
