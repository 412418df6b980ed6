import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Rewrite } from './protocol.ts';
import { createTransformer, type Transformer } from './transformer.ts';

/** Long enough to skip most keystrokes of fast typing, short enough to feel immediate. */
const TYPING_PAUSE_MS = 80;

export interface RewriteState {
  /** The newest rewrite that succeeded; it may be older than the source while the worker is at work. */
  rewrite: Rewrite | undefined;
  /** Why the newest source has no rewrite. */
  failure: string | undefined;
  /** Tries the newest source again, with a new worker. */
  retry: () => void;
}

const spawn = (): Worker =>
  new Worker(new URL('./transform.worker.ts', import.meta.url), { type: 'module', name: 'panoptic-transform' });

/** Rewrites the source in a worker each time it changes. */
export function useRewrite(file: string, source: string): RewriteState {
  const [rewrite, setRewrite] = useState<Rewrite>();
  const [failure, setFailure] = useState<string>();
  const transformer = useRef<Transformer>(undefined);
  const shownFile = useRef<string>(undefined);

  useEffect(() => {
    const current = createTransformer({
      spawn,
      onRewrite: (next) => {
        setFailure(undefined);
        setRewrite(next);
      },
      onFailure: setFailure,
    });
    transformer.current = current;
    return () => current.close();
  }, []);

  useEffect(() => {
    // A newly opened file should appear at once; only typing is worth waiting for.
    const pause = shownFile.current === file ? TYPING_PAUSE_MS : 0;
    shownFile.current = file;
    const timer = setTimeout(() => transformer.current?.transform(file, source), pause);
    return () => clearTimeout(timer);
  }, [file, source]);

  const retry = useCallback(() => {
    setFailure(undefined);
    transformer.current?.transform(file, source);
  }, [file, source]);

  return { rewrite, failure, retry };
}
