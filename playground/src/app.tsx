import { EditorSelection } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Billables } from './components/billables.tsx';
import { CopyButton } from './components/copy-button.tsx';
import { ExamplePicker } from './components/example-picker.tsx';
import { GeneratedCode } from './components/generated-code.tsx';
import { Header } from './components/header.tsx';
import { Notice } from './components/notice.tsx';
import { Pane } from './components/pane.tsx';
import { Problems } from './components/problems.tsx';
import { SourceEditor } from './components/source-editor.tsx';
import { StatusBar } from './components/status-bar.tsx';
import { languageName } from './editor/language.ts';
import { scrollTogether } from './editor/scroll-together.ts';
import { EXAMPLES, type Example, START } from './examples/examples.ts';
import { outcomeOf } from './outcome.ts';
import { useRewrite } from './worker/use-rewrite.ts';

export function App(): JSX.Element {
  const [example, setExample] = useState<Example>(START);
  // Counts what was opened, so that opening one example twice gives it back as it was.
  const [opened, setOpened] = useState(0);
  const [source, setSource] = useState(START.source);
  const [sourceView, setSourceView] = useState<EditorView>();
  const [generatedView, setGeneratedView] = useState<EditorView>();
  const [wrap, setWrap] = useState(false);
  const { rewrite, failure, retry } = useRewrite(example.file, source);
  const outcome = outcomeOf(source, rewrite, failure);
  const hasCode = outcome.kind === 'rewritten';
  // The lists of a source before the one that failed would be false.
  const known = outcome.kind === 'failed' ? undefined : rewrite;

  useEffect(() => {
    if (sourceView && generatedView) return scrollTogether(sourceView, generatedView);
  }, [sourceView, generatedView]);

  function open(next: Example): void {
    setExample(next);
    setSource(next.source);
    setOpened(opened + 1);
  }

  function select({ start, end }: { start: number; end: number }): void {
    if (!sourceView) return;
    const limit = sourceView.state.doc.length;
    const selection = EditorSelection.range(Math.min(start, limit), Math.min(end, limit));
    sourceView.dispatch({ selection, effects: EditorView.scrollIntoView(selection, { y: 'center' }) });
    sourceView.focus();
  }

  return (
    <div class="page">
      <Header>
        <ExamplePicker examples={EXAMPLES} current={example} onPick={open} />
      </Header>
      <main class="panes">
        <Pane area="source" title="Source" aside={<SourceName file={example.file} />}>
          <SourceEditor
            key={opened}
            file={example.file}
            initial={example.source}
            rewrite={rewrite}
            onInput={setSource}
            onView={setSourceView}
          />
        </Pane>
        <Pane area="problems" title="Diagnostics" aside={known?.diagnostics.length}>
          <Problems diagnostics={known?.diagnostics ?? []} onSelect={select} />
        </Pane>
        <Pane
          area="generated"
          title="Generated code"
          aside={hasCode && <span class="legend">inserted</span>}
          action={
            hasCode &&
            rewrite && (
              <span class="actions">
                <button type="button" class="button button-quiet" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
                  Wrap lines
                </button>
                <CopyButton text={rewrite.code} />
              </span>
            )
          }
        >
          <div class="editor-place" hidden={!hasCode}>
            <GeneratedCode
              key={example.file}
              file={example.file}
              rewrite={rewrite}
              wrap={wrap}
              onView={setGeneratedView}
            />
          </div>
          <Notice outcome={outcome} onRetry={retry} />
        </Pane>
        <Pane area="billables" title="Billable functions" aside={known?.billables.length}>
          <Billables billables={known?.billables ?? []} onSelect={({ start }) => select({ start, end: start })} />
        </Pane>
      </main>
      <StatusBar outcome={outcome} rewrite={rewrite} />
    </div>
  );
}

function SourceName({ file }: { file: string }): JSX.Element {
  return (
    <>
      <code>{file}</code> <span class="pane-language">{languageName(file)}</span>
    </>
  );
}
