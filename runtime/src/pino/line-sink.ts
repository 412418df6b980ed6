import { resolveHere } from '../config/here.ts';
import { isObject } from '../config/values.ts';
import { type Destination, openDestination } from '../deliver/destination.ts';
import { errorText } from '../diagnostics/error-text.ts';
import { say } from '../diagnostics/say.ts';
import { HandOver } from './hand-over.ts';
import { type BillingLevel, billingLevels, Levels } from './levels.ts';
import { readLine } from './line.ts';
import { LINES, LineBatch } from './line-batch.ts';
import { MARK, RECORDED } from './mark.ts';
import { refuseLine } from './refuse-line.ts';
import type { PinoTransportOptions } from './transport.ts';

/** How long a line may wait for others, ms: until then it is nowhere but in a thread that pino may end at any time. */
const WAIT_MS = 5;

/** Longest wait of `flush` and `close` for an acknowledgement, ms; pino gives up its thread after 10 s. */
const END_MS = 3000;

const later = setTimeout;
const cancel = clearTimeout;

/** From lines to events on their way. Nothing here throws. */
export class LineSink {
  readonly #levels: Levels;
  readonly #destination: Destination;
  readonly #handOver: HandOver;
  #batch: LineBatch | undefined;
  #serial = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(given: PinoTransportOptions) {
    const isGiven = isObject(given);
    const { levels, ...options } = isGiven ? withoutPinos(given) : {};
    if (!isGiven) say('PAN4101', 'options of the transport of pino must be an object. The defaults are used.');
    const { config, problems } = resolveHere(options);
    for (const { code, name, message } of problems) {
      // what is wrong with the environment, the application's own thread says
      if (name in options || name.includes('.')) say(code, `${message} The default is used.`, name);
    }
    this.#levels = new Levels(checkedLevels(levels));
    this.#destination = openDestination(config);
    this.#handOver = new HandOver(this.#destination);
  }

  mayBe(line: string): boolean {
    return !this.#destination.config.disabled && this.#levels.mayBe(line);
  }

  /** Takes a parsed line; leaves it alone when its level is none of ours. */
  take(line: object): void {
    try {
      const fields = line as Record<string, unknown>;
      const level = this.#levels.of(fields.level);
      if (level === undefined || fields[MARK] === RECORDED) return;
      const read = readLine(fields, level);
      if (typeof read === 'string') {
        refuseLine(read);
        return;
      }
      this.#batch ??= this.#open();
      this.#batch.add(read);
      if (this.#batch.isFull) this.#seal();
    } catch (error) {
      refuseLine(errorText(error));
    }
  }

  async flush(): Promise<void> {
    this.#seal();
    await this.#handOver.flush(END_MS);
  }

  async close(): Promise<void> {
    this.#seal();
    await this.#handOver.close(END_MS);
  }

  #open(): LineBatch {
    this.#timer = later(() => this.#seal(), WAIT_MS);
    this.#timer.unref();
    return new LineBatch(++this.#serial);
  }

  #seal(): void {
    cancel(this.#timer);
    const batch = this.#batch;
    this.#batch = undefined;
    const { config, router } = this.#destination;
    try {
      if (batch !== undefined) this.#handOver.append(batch.freeze(config, router));
    } catch (error) {
      say('PAN6550', `Up to ${LINES} log lines could not be delivered: ${errorText(error)}`);
    }
  }
}

/** What is no number of a billing level is said and left out: a line at it would go by without a word. */
function checkedLevels(given: unknown): Partial<Record<BillingLevel, number>> {
  const entries = Object.entries(given ?? {}).filter(([name, value]) => {
    const wrong = !Object.hasOwn(billingLevels, name)
      ? `is no billing level. Known: ${Object.keys(billingLevels).join(', ')}`
      : !Number.isFinite(value) && 'must be a number';
    if (wrong) say('PAN4101', `levels.${name} ${wrong}. It is left out.`, `levels.${name}`);
    return !wrong;
  });
  return Object.fromEntries(entries);
}

/** pino tells its transports more than their options. */
function withoutPinos(given: PinoTransportOptions): PinoTransportOptions {
  const { $context: _, pinoWillSendConfig: __, ...options } = given as PinoTransportOptions & Record<string, unknown>;
  return options;
}
