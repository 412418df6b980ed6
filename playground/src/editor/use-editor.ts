import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** An editor inside `host`, with the document and the extensions of the first render; gone with its component. */
export function useEditor(
  host: RefObject<HTMLElement | null>,
  doc: string,
  extensions: () => Extension,
): EditorView | undefined {
  const [view, setView] = useState<EditorView>();
  useLayoutEffect(() => {
    if (!host.current) return;
    const created = new EditorView({ parent: host.current, doc, extensions: extensions() });
    setView(created);
    return () => created.destroy();
    // No dependencies: a new file is a new component (`key`), a new document is a transaction.
  }, []);
  return view;
}
