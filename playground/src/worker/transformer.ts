import type { Answer, Job, Rewrite } from './protocol.ts';

/** The part of `Worker` that is used here. */
export interface WorkerPort {
  postMessage(job: Job): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<Answer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface TransformerOptions {
  /** Starts a worker. Called at the first job, and again after a worker was lost. */
  spawn: () => WorkerPort;
  onRewrite: (rewrite: Rewrite) => void;
  /** The newest job has no answer and will get none; the next `transform` starts with a new worker. */
  onFailure: (reason: string) => void;
  /** Milliseconds a job may take before its worker counts as hung; the first one includes the download. @default 20000 */
  patience?: number;
}

export interface Transformer {
  /** Rewrites this source next. A job that still waits is forgotten: only the newest source is of interest. */
  transform(file: string, source: string): void;
  close(): void;
}

/** One worker, one job at a time, newest source first. A worker that crashes or hangs is replaced. */
export function createTransformer({ spawn, onRewrite, onFailure, patience = 20_000 }: TransformerOptions): Transformer {
  let worker: WorkerPort | undefined;
  let running: Job | undefined;
  let waiting: Job | undefined;
  let alarm: ReturnType<typeof setTimeout> | undefined;
  let lastId = 0;

  function start(job: Job): void {
    running = job;
    worker ??= listen(spawn());
    alarm = setTimeout(() => fail(`It gave no answer for ${patience / 1000} seconds.`), patience);
    worker.postMessage(job);
  }

  function listen(port: WorkerPort): WorkerPort {
    port.onmessage = ({ data }) => {
      if (data.id !== running?.id) return;
      if (data.type === 'crashed') return fail(data.reason);
      const next = settle();
      if (next) start(next);
      else onRewrite(data.rewrite);
    };
    // A script that can't be loaded gives an event without a message.
    port.onerror = (event) => fail(event.message || 'Its script could not be loaded.');
    return port;
  }

  function fail(reason: string): void {
    worker?.terminate();
    worker = undefined;
    const next = settle();
    if (next) start(next);
    else onFailure(reason);
  }

  /** Ends the running job; gives the one that waits. */
  function settle(): Job | undefined {
    clearTimeout(alarm);
    const next = waiting;
    running = waiting = undefined;
    return next;
  }

  return {
    transform(file, source) {
      const job = { id: ++lastId, file, source };
      if (running) waiting = job;
      else start(job);
    },
    close() {
      settle();
      worker?.terminate();
      worker = undefined;
    },
  };
}
