import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { outside } from '../../instrument/outside.ts';
import { GATE, PROTOCOL, type WorkerConfig, type WorkerStart } from './protocol.ts';
import { workerEnv } from './worker-env.ts';

/** A thread of ours and the ways to talk to it. */
export interface RunningWorker {
  readonly thread: number;
  readonly port: MessagePort;
  readonly gate: Int32Array;
  /** It takes batches; seen without a message. */
  isReady(): boolean;
}

/**
 * Starts the worker, which keeps no process alive. Throws what Node throws where threads are forbidden.
 * @param ended called once when the thread is gone, with the error that ended it
 */
export function startWorker(
  file: string,
  config: WorkerConfig,
  deadThreads: readonly number[],
  ended: (error: unknown) => void,
): RunningWorker {
  // its messages can be read without a turn of the event loop, as a process that ends must do
  const { port1: port, port2 } = new MessageChannel();
  const gate = new Int32Array(new SharedArrayBuffer(GATE.words * Int32Array.BYTES_PER_ELEMENT));
  const workerData: WorkerStart = { protocol: PROTOCOL, config, port: port2, gate, deadThreads };
  const worker = outside(
    () =>
      new Worker(file, {
        name: 'panoptic',
        execArgv: [],
        argv: [],
        env: workerEnv(process.env),
        workerData,
        transferList: [port2],
      }),
  );
  worker.unref();
  let cause: unknown;
  // without a listener an `error` event would end the application
  worker.on('error', (error) => {
    cause = error;
  });
  worker.on('exit', () => ended(cause));
  return { thread: worker.threadId, port, gate, isReady: () => Atomics.load(gate, GATE.ready) === 1 };
}
