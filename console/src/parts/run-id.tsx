import { useState } from 'preact/hooks';

/** Over plain http, browsers let no page write to the clipboard. */
const canCopy = isSecureContext;

/** The beginning is enough for every command; the whole is copied. */
export function RunId({ id, link = true }: { readonly id: string; readonly link?: boolean }) {
  const [copied, setCopied] = useState(false);
  const short = id.slice(0, 13);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(id);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  }
  return (
    <span class="run-id">
      {link ? <a href={`/console/runs/${id}`}>{short}</a> : <code>{id}</code>}
      {canCopy && (
        <button class="bare small" onClick={() => void copy()} aria-label={`Copy the id ${id}`}>
          {copied ? 'copied' : 'copy'}
        </button>
      )}
    </span>
  );
}
