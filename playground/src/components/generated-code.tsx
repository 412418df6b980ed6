import { Compartment } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { insertedSpans } from '../editor/inserted.ts';
import { marks } from '../editor/marks.ts';
import { replacement } from '../editor/replacement.ts';
import { readable } from '../editor/setup.ts';
import { useEditor } from '../editor/use-editor.ts';
import type { Rewrite } from '../worker/protocol.ts';

const insertedMarks = marks('mark-inserted');
const wrapping = new Compartment();

interface GeneratedCodeProps {
  file: string;
  rewrite: Rewrite | undefined;
  /** Breaks long lines at the edge of the pane. */
  wrap: boolean;
  /** Called once the editor is on the page. */
  onView: (view: EditorView) => void;
}

/** The rewritten file, read-only, with what was inserted marked. */
export function GeneratedCode({ file, rewrite, wrap, onView }: GeneratedCodeProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useEditor(host, '', () => [
    readable(file, `Code generated from ${file}`),
    insertedMarks.extension,
    wrapping.of([]),
  ]);

  useEffect(() => {
    if (view) onView(view);
  }, [view, onView]);

  useLayoutEffect(() => {
    // Until the answer for a newly opened file is here, the code of the one before would be shown under its name.
    if (!view || !rewrite || rewrite.file !== file) return;
    view.dispatch({
      changes: replacement(view.state.doc.toString(), rewrite.code),
      effects: insertedMarks.set.of(insertedSpans(rewrite.edits)),
    });
  }, [view, rewrite, file]);

  useEffect(() => {
    view?.dispatch({ effects: wrapping.reconfigure(wrap ? EditorView.lineWrapping : []) });
  }, [view, wrap]);

  return <div class="editor" ref={host} />;
}
