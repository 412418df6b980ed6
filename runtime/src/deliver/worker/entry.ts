import { workerData } from 'node:worker_threads';
import { serveWorker } from './serve-worker.ts';

serveWorker(workerData);
