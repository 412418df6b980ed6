import type { FrozenEvent } from '../deliver/transport.ts';
import { materialise, type Origin } from '../event/materialise.ts';
import type { Router } from '../event/router.ts';
import { OUTCOME } from '../instrument/batch.ts';
import { ColumnBatch } from '../instrument/column-batch.ts';
import { outcomeOf } from '../instrument/errors.ts';
import { bytesOfRows } from '../instrument/rows.ts';
import type { SiteInfo } from '../instrument/site.types.ts';
import type { BillingLine } from './line.ts';
import { lineProvider } from './line-provider.ts';

/** Lines that become events together. */
export const LINES = 256;

/** Lines as rows, so that events of lines are made, checked and routed exactly as those of annotated calls. */
export class LineBatch {
  readonly #batch: ColumnBatch;
  /** The functions the lines stand for, each once a batch: what lines name must not add up for the life of the process. */
  readonly #sites: SiteInfo[] = [];
  readonly #indexes: Map<string, number> = new Map();

  constructor(serial: number) {
    this.#batch = new ColumnBatch(LINES, serial, new ArrayBuffer(bytesOfRows(LINES)));
  }

  get isFull(): boolean {
    return this.#batch.length === LINES;
  }

  add(line: BillingLine): void {
    const { time, durationMs, values, error, context } = line;
    const batch = this.#batch;
    const row = batch.length;
    batch.site[row] = this.#indexOf(line);
    batch.context[row] = batch.contexts.push(context) - 1;
    batch.start[row] = (time ?? Date.now()) - batch.epoch;
    batch.duration[row] = durationMs;
    batch.outcome[row] = error === undefined ? OUTCOME.ok : outcomeOf(error);
    batch.values.set(row, values);
    if (error !== undefined) batch.errors.set(row, error);
    batch.length++;
  }

  freeze(origin: Origin, router: Router): FrozenEvent[] {
    return materialise(this.#batch, this.#sites, origin, router);
  }

  #indexOf({ level, provider, functionName = level }: BillingLine): number {
    const key = `${level} ${functionName} ${provider}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const { name, category } = lineProvider(provider);
    const place = { id: `pino:${level}`, file: '', line: 0, kind: 'function', async: false } as const;
    const index = this.#sites.push({ ...place, name: functionName, provider: name, category }) - 1;
    this.#indexes.set(key, index);
    return index;
  }
}
