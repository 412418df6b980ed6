import type { Diagnostic } from '@panoptic/codegen';
import type { JSX } from 'preact';
import { Ticked } from '../ticked.tsx';

interface ProblemsProps {
  diagnostics: readonly Diagnostic[];
  onSelect: (diagnostic: Diagnostic) => void;
}

/** The diagnostics as a list; one click goes to the place. */
export function Problems({ diagnostics, onSelect }: ProblemsProps): JSX.Element {
  if (diagnostics.length === 0) return <p class="list-empty">None.</p>;
  return (
    <ul class="list">
      {diagnostics.map((diagnostic) => (
        <li key={`${diagnostic.code}:${diagnostic.start}`}>
          <button type="button" class="row problem" onClick={() => onSelect(diagnostic)}>
            <span class={`severity severity-${diagnostic.severity}`}>{diagnostic.severity}</span>
            <span class="problem-text">
              <span class="problem-message">
                <Ticked text={diagnostic.message} />
              </span>
              {diagnostic.why !== undefined && (
                <span class="problem-why">
                  <Ticked text={diagnostic.why} />
                </span>
              )}
              {diagnostic.fix !== undefined && (
                <span class="problem-fix">
                  <Ticked text={diagnostic.fix} />
                </span>
              )}
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
