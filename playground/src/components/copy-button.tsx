import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Copies a text, and says for a moment whether that worked. */
export function CopyButton({ text }: { text: string }): JSX.Element {
  const [said, setSaid] = useState<string>();

  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), 1600);
    return () => clearTimeout(timer);
  }, [said]);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      // No permission, or a page that is not served securely.
      setSaid('Not allowed');
    }
  }

  return (
    <button type="button" class="button button-quiet" onClick={copy}>
      <span aria-live="polite">{said ?? 'Copy'}</span>
      <span class="unseen"> generated code</span>
    </button>
  );
}
