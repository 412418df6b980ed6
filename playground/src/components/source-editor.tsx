import { lintGutter, nextDiagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorView, keymap } from '@codemirror/view';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { marks, type Span } from '../editor/marks.ts';
import { writable } from '../editor/setup.ts';
import { squiggles } from '../editor/squiggles.ts';
import { useEditor } from '../editor/use-editor.ts';
import type { Rewrite } from '../worker/protocol.ts';

const HINT = 'source-hint';
/** The tag and its entries, without the stars of the comment between them. */
function annotationSpans({ start, entries }: Rewrite['annotations'][number]): Span[] {
  const tag = { from: start, to: start + '@billable'.length };
  return [tag, ...entries.map((entry) => ({ from: entry.start, to: entry.end }))];
}

const annotationMarks = marks('mark-annotation');

interface SourceEditorProps {
  file: string;
  /** The text it starts with; from then on the editor owns it. */
  initial: string;
  rewrite: Rewrite | undefined;
  onInput: (source: string) => void;
  /** Called once the editor is on the page. */
  onView: (view: EditorView) => void;
}

export function SourceEditor({ file, initial, rewrite, onInput, onView }: SourceEditorProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useEditor(host, initial, () => [
    writable(file, `Source of ${file}`, HINT),
    lintGutter(),
    annotationMarks.extension,
    keymap.of([{ key: 'F8', run: nextDiagnostic }]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onInput(update.state.doc.toString());
    }),
  ]);

  useEffect(() => {
    if (view) onView(view);
  }, [view, onView]);

  useEffect(() => {
    // The answer to an older text would put its marks in wrong places; the next answer is on its way.
    if (!view || !rewrite || rewrite.source !== view.state.doc.toString()) return;
    const found = squiggles(rewrite.diagnostics, view.state.doc.length);
    const annotations = rewrite.annotations.flatMap(annotationSpans);
    view.dispatch(setDiagnostics(view.state, found), { effects: annotationMarks.set.of(annotations) });
  }, [view, rewrite]);

  return (
    <>
      <div class="editor" ref={host} />
      <p id={HINT} class="unseen">
        Press Escape and then Tab to leave the editor. F8 goes to the next diagnostic.
      </p>
    </>
  );
}
