import { type Parsers, readOptions } from '../config/read-options.ts';
import { type Parse, Refused } from '../config/values.ts';
import { say } from '../diagnostics/say.ts';
import type { Acknowledge, Outlet, OutletStats } from './outlet.ts';
import { type LineStream, lineOf, Printer } from './print.ts';
import type { Acknowledgement, FrozenEvent, Refusal, Transport } from './transport.ts';

const DESTINATION = 'stdout';

interface ConsoleTransportOptions {
  /** @default process.stdout */
  readonly stream?: LineStream;
}

const lineStream: Parse<LineStream> = (raw) => {
  const { write, on, off } = (raw ?? {}) as Partial<LineStream>;
  return [write, on, off].every((method) => typeof method === 'function')
    ? (raw as LineStream)
    : new Refused('a stream, such as process.stderr');
};

const PARSERS: Parsers<ConsoleTransportOptions> = { stream: lineStream };

/**
 * Writes one line an event to stdout: for a person on a terminal, in JSON form otherwise.
 * @throws PanopticError that lists every option that is wrong
 */
export function consoleTransport(options: ConsoleTransportOptions = {}): Transport {
  const { stream = process.stdout } = readOptions('consoleTransport', options, PARSERS);
  const printer = new Printer(stream);
  return {
    version: 1,
    name: 'console',
    destination: DESTINATION,
    async send(events, signal): Promise<Acknowledgement> {
      signal.throwIfAborted();
      const { text, refused } = readable(events, printer.isTerminal);
      if (text !== '') await printer.print(text);
      return { refused };
    },
  };
}

/** The same as an outlet: lines come at once, and what a closed stdout does not take is counted, not kept. */
export class ConsoleOutlet implements Outlet {
  readonly name: string = 'console';
  readonly destination: string = DESTINATION;
  readonly #printer: Printer;
  readonly #writing: Set<Promise<void>> = new Set();
  readonly #counts = { accepted: 0, delivered: 0, dropped: 0, failures: 0 };

  constructor(stream: LineStream = process.stdout) {
    this.#printer = new Printer(stream);
  }

  append(events: readonly FrozenEvent[], acknowledged?: Acknowledge): void {
    const counts = this.#counts;
    counts.accepted += events.length;
    const { text, refused } = readable(events, this.#printer.isTerminal);
    const shown = events.length - refused.length;
    const writing = this.#printer
      .print(text)
      .then(
        () => {
          counts.delivered += shown;
          counts.dropped += refused.length;
          return refused.map(({ index }) => events[index]?.id ?? '');
        },
        (error: Error) => {
          counts.failures++;
          counts.dropped += events.length;
          say('PAN6533', `${events.length} events are not shown: stdout takes nothing (${error.message}).`);
          return events.map(({ id }) => id);
        },
      )
      .then((lost) => {
        this.#writing.delete(writing);
        acknowledged?.(lost);
      });
    this.#writing.add(writing);
  }

  async flush(): Promise<void> {
    await Promise.all(this.#writing);
  }

  async close(): Promise<void> {
    await this.flush();
  }

  /** Everything was handed to stdout when it was appended; a pipe may not have taken it. */
  closeSync(): void {
    this.#printer.finish();
  }

  stats(): OutletStats {
    const { accepted, delivered, dropped, failures } = this.#counts;
    return { accepted, delivered, dropped, failures, pending: accepted - delivered - dropped };
  }
}

/** The lines of all events that can be read. */
function readable(events: readonly FrozenEvent[], isTerminal: boolean): { text: string; refused: Refusal[] } {
  const refused: Refusal[] = [];
  let text = '';
  for (const [index, event] of events.entries()) {
    try {
      text += `${lineOf(event, isTerminal)}\n`;
    } catch (error) {
      refused.push({ index, reason: `the document is no event: ${(error as Error).message}` });
    }
  }
  return { text, refused };
}
