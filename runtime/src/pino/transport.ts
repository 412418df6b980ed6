import type { Transform } from 'node:stream';
import build from 'pino-abstract-transport';
import type { PanopticOptions, TransportName } from '../config/options.ts';
import { say } from '../diagnostics/say.ts';
import type { BillingLevel } from './levels.ts';
import { LineSink } from './line-sink.ts';
import { refuseLine } from './refuse-line.ts';

export { type BillingLevel, billingLevels } from './levels.ts';

/** Options of `createPanoptic` that a thread can be told, and which lines are meant. */
export interface PinoTransportOptions
  extends Omit<PanopticOptions, 'transport' | 'onDiagnostic' | 'worker' | 'maxPendingBatches' | 'logger'> {
  /** Where events go when no Panoptic worker runs in this process. @default as for the application itself */
  transport?: TransportName;
  /** Numbers of the billing levels, where they differ from `billingLevels`. */
  levels?: Partial<Record<BillingLevel, number>>;
}

/** What stands in place of a line that is none of ours: split2 must be given an object. */
const NOT_OURS = {};

/**
 * A transport of pino that turns lines at the billing levels into billing events and leaves all others alone. Whatever
 * goes wrong is counted and said; nothing here ends the application.
 * @example
 * const logger = pino({ customLevels: billingLevels }, pino.transport({ target: '@panoptic/runtime/transport' }));
 * logger.charge({ provider: 'Stripe', amount: '0.30', currency: 'USD', tenant_id: 'acme' });
 */
export default function panopticTransport(options: PinoTransportOptions = {}): Transform {
  const sink = new LineSink(options);
  const parseLine = (line: string): unknown => (sink.mayBe(line) ? JSON.parse(line) : NOT_OURS);
  const stream = build(
    (source) => {
      source.on('data', (line: object) => {
        if (line !== NOT_OURS) sink.take(line);
      });
      // what the parser says of it repeats a part of the line
      source.on('unknown', () => refuseLine('it is not JSON'));
      // without a listener it would end the application
      source.on('error', (error) => say('PAN6550', `The transport of pino has failed: ${error.message}`));
    },
    { parseLine, metadata: false, close: () => sink.close() },
  );
  // what `logger.flush(callback)` waits for
  return Object.assign(stream, { flush: () => sink.flush() });
}
