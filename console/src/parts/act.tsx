import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { revision } from '../api/live';
import { newKey, Problem } from '../api/request';

interface DialogProps {
  readonly title: string;
  readonly act: string;
  readonly danger?: boolean;
  readonly children: ComponentChildren;
  readonly close: () => void;
  /** What the form says, under the key of this dialog. It shows a thrown `Problem`. */
  readonly perform: (form: FormData, key: string) => Promise<unknown>;
}

/** Asks before something is changed. The browser keeps the focus inside, and Escape closes. */
function ActDialog({ title, act, danger, children, close, perform }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [key] = useState(newKey);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  useEffect(() => dialog.current?.showModal(), []);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      await perform(new FormData(event.currentTarget as HTMLFormElement), key);
      revision.value += 1;
      close();
    } catch (error) {
      setProblem(error instanceof Problem || error instanceof SyntaxError ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="dialog-title">
      <form onSubmit={submit}>
        <h2 id="dialog-title">{title}</h2>
        {children}
        <p class="problem" role="alert">
          {problem}
        </p>
        <footer>
          <button type="button" onClick={close}>
            Back
          </button>
          <button class={danger ? 'danger' : 'primary'} disabled={busy}>
            {act}
          </button>
        </footer>
      </form>
    </dialog>
  );
}

interface ActProps extends Omit<DialogProps, 'close' | 'children'> {
  readonly label: string;
  readonly children?: ComponentChildren;
  /** A key that does the same, told beside the label. */
  readonly shortcut?: string;
}

/** A button that asks first. */
export function Act({ label, shortcut, danger, children, ...dialog }: ActProps) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <button class={danger ? 'danger' : ''} data-shortcut={shortcut} onClick={() => setAsked(true)}>
        {label}
        {shortcut && <kbd aria-hidden="true">{shortcut}</kbd>}
      </button>
      {asked && (
        <ActDialog {...dialog} danger={danger ?? false} close={() => setAsked(false)}>
          {children}
        </ActDialog>
      )}
    </>
  );
}
