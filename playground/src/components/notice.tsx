import type { ComponentChildren, JSX } from 'preact';
import { counted } from '../counted.ts';
import type { Outcome } from '../outcome.ts';
import { Ticked } from '../ticked.tsx';

interface NoticeProps {
  outcome: Outcome;
  onRetry: () => void;
}

function Card({ tone, title, children }: { tone: string; title: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class={`notice notice-${tone}`}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

/** What the right-hand pane says instead of code, or above it. */
export function Notice({ outcome, onRetry }: NoticeProps): JSX.Element | null {
  switch (outcome.kind) {
    case 'loading':
      return (
        <Card tone="loading" title="Starting the parser">
          <p>It runs in this page; nothing you type leaves it.</p>
        </Card>
      );
    case 'empty':
      return (
        <Card tone="quiet" title="Nothing to rewrite yet">
          <p>Type or paste TypeScript or JavaScript as the source, or pick one of the examples.</p>
        </Card>
      );
    case 'unannotated':
      return (
        <Card tone="quiet" title="No @billable here yet">
          <p>Put this above a function:</p>
          <pre>
            <code>{'/** @billable provider=OpenAI */'}</code>
          </pre>
          <p>A file without annotations goes into the build as it is.</p>
        </Card>
      );
    case 'unparsed':
      return (
        <Card tone="error" title={`The parser stopped at line ${outcome.problem.line}`}>
          <p class="notice-reason">
            <Ticked text={outcome.problem.message} />
          </p>
          <p>The generated code comes back once the file parses again.</p>
        </Card>
      );
    case 'refused':
      return (
        <Card tone="error" title="A build would stop here">
          <p>
            {counted(outcome.errors, 'error')}, listed below the source. An annotation that can’t be honoured is never
            dropped silently: it would be work that nobody bills.
          </p>
        </Card>
      );
    case 'failed':
      return (
        <Card tone="error" title="The transform stopped working">
          <p class="notice-reason">{outcome.reason}</p>
          <p>Your source is untouched. A new worker starts when you edit it, or now:</p>
          <button type="button" class="button" onClick={onRetry}>
            Try again
          </button>
        </Card>
      );
    case 'rewritten':
      return outcome.errors === 0 ? null : (
        <p class="strip">A build would stop here: {counted(outcome.errors, 'error')} below the source.</p>
      );
  }
}
