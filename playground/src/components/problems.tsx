import type { Diagnostic } from '@panoptic/codegen';
import type { JSX } from 'preact';

interface ProblemsProps {
  diagnostics: readonly Diagnostic[];
  onSelect: (diagnostic: Diagnostic) => void;
}

/** The diagnostics as a list; one click goes to the place. */
export function Problems({ diagnostics, onSelect }: ProblemsProps): JSX.Element {
  if (diagnostics.length === 0) return <p class="list-empty">None. Every annotation here can be honoured.</p>;
  return (
    <ul class="list">
      {diagnostics.map((diagnostic) => (
        <li key={`${diagnostic.code}:${diagnostic.start}`}>
          <button type="button" class="row problem" onClick={() => onSelect(diagnostic)}>
            <span class={`severity severity-${diagnostic.severity}`}>{diagnostic.severity}</span>
            <span class="problem-text">
              <span class="problem-message">{diagnostic.message}</span>
              {diagnostic.why !== undefined && <span class="problem-why">{diagnostic.why}</span>}
              {diagnostic.fix !== undefined && <span class="problem-fix">{diagnostic.fix}</span>}
            </span>
            <span class="where">
              {diagnostic.code} <span class="unseen">at line and column</span>{' '}
              <span class="number">
                {diagnostic.line}:{diagnostic.column}
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
