import { type BillingLevel, billingLevels } from '../pino/levels.ts';
import { MARK, RECORDED } from '../pino/mark.ts';
import type { LevelComparison } from './comparison.ts';
import { contextOf, inContext } from './context.ts';
import { type LastLine, METADATA } from './last-line.ts';
import { type LineKeys, lineFields } from './line-fields.ts';
import { recordLine } from './record-line.ts';
import type { Target } from './target.ts';

/** How the lines of one base logger look, and which of them are written. */
export interface LineSettings {
  readonly keys: LineKeys;
  readonly compare: LevelComparison;
  /** Numbers of levels by their names. */
  readonly levels: Readonly<Record<string, number>>;
}

/**
 * The stream of our loggers, between pino and the application's destination: a line at a billing level becomes an event here,
 * in the context it is written in, and is marked as one. It comes here at any level of the logger, and goes on
 * only where the logger is to write it.
 */
export class LineStream implements LastLine {
  lastLevel: number = 0;
  lastObj: object | undefined = undefined;
  lastMsg: string | undefined = undefined;
  lastTime: string = '';
  lastLogger: object | undefined = undefined;
  readonly target: Target;
  readonly #settings: LineSettings;
  readonly #billing: ReadonlyMap<number, BillingLevel>;

  constructor(target: Target, settings: LineSettings) {
    Object.defineProperty(this, METADATA, { value: true });
    this.target = target;
    this.#settings = settings;
    const names = Object.keys(billingLevels) as BillingLevel[];
    this.#billing = new Map(names.map((name) => [settings.levels[name] ?? billingLevels[name], name]));
  }

  /** For pino, in place of the comparison it was given: methods of billing levels are never switched off. */
  readonly enables: LevelComparison = (current, expected) =>
    this.#billing.has(current) || this.#settings.compare(current, expected);

  write(line: string): void {
    const level = this.#billing.get(this.lastLevel);
    if (level === undefined) this.target.write(line, this);
    else this.#bill(level, line);
    // what was logged is not to live until the next line
    this.lastObj = undefined;
    this.lastLogger = undefined;
  }

  flush(done: (error?: Error) => void): void {
    if (this.target.stream.flush === undefined) done();
    else this.target.stream.flush(done);
  }

  flushSync(): void {
    this.target.flushSync();
  }

  /** pino tells its threads which levels and keys a logger has. */
  emit(event: string, message: unknown): void {
    this.target.stream.emit?.(event, message);
  }

  #bill(level: BillingLevel, line: string): void {
    const { lastLevel, lastLogger, lastObj } = this;
    const { keys, compare } = this.#settings;
    const written = compare(lastLevel, (lastLogger as { levelVal: number }).levelVal);
    if (written) this.target.write(marked(line), this);
    recordLine(level, () => inContext(lineFields(line, lastObj ?? {}, level, keys), contextOf(lastLogger), level));
  }
}

/** A line that is not JSON any more cannot be marked. */
function marked(line: string): string {
  const end = line.lastIndexOf('}');
  return end < 0 ? line : `${line.slice(0, end)},"${MARK}":"${RECORDED}"${line.slice(end)}`;
}
