import type { JSX } from 'preact';
import { counted } from '../counted.ts';
import type { Outcome } from '../outcome.ts';
import type { Rewrite } from '../worker/protocol.ts';

interface StatusBarProps {
  outcome: Outcome;
  rewrite: Rewrite | undefined;
}

function toneOf(outcome: Outcome): 'error' | 'good' | 'quiet' {
  if (outcome.kind === 'failed' || outcome.kind === 'unparsed' || outcome.kind === 'refused') return 'error';
  if (outcome.kind !== 'rewritten') return 'quiet';
  return outcome.errors > 0 ? 'error' : 'good';
}

/** One line of numbers about the rewrite that is shown. */
export function StatusBar({ outcome, rewrite }: StatusBarProps): JSX.Element {
  const known = rewrite && outcome.kind !== 'failed' && outcome.kind !== 'loading';
  return (
    <footer class="status">
      <span class={`dot dot-${toneOf(outcome)}`} aria-hidden="true" />
      {known ? (
        <>
          <span>{counted(rewrite.billables.length, 'function')}</span>
          <span class="number">{rewrite.ms.toFixed(1)} ms</span>
          <span role="status">{counted(rewrite.diagnostics.length, 'diagnostic')}</span>
        </>
      ) : (
        <span role="status">{outcome.kind === 'failed' ? 'Worker stopped' : 'Starting'}</span>
      )}
      <span class="status-end">Runs in this page. Nothing is sent anywhere.</span>
    </footer>
  );
}
