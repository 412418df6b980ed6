import { ConstantBackoff, handleAll, retry } from 'cockatiel';
import { toFrozenEvent } from '../deliver/frozen-event.ts';
import { toFailure } from '../deliver/mongodb/failure.ts';
import type { FrozenEvent, Refusal, Transport } from '../deliver/transport.ts';
import { keepDeadLetter } from '../log/dead-letter.ts';
import type { Entry } from '../log/record.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/** What has become of events that were sent. */
export interface Sent {
  shipped: number;
  alreadyThere: number;
  refused: number;
}

/** An attempt at a batch that takes longer has failed, ms. */
const ATTEMPT_MS = 120_000;

/** Few and soon: somebody is waiting in front of the terminal, and the next call goes on where this one ended. */
const ATTEMPTS = { maxAttempts: 2, backoff: new ConstantBackoff(500) };

/**
 * Does something at a server, as often as somebody waits for it.
 * @throws CommandError `PAN64xx` with what to do, when the server does not answer or the driver is missing
 */
export async function atServer<T>(uri: string, work: () => Promise<T>): Promise<T> {
  try {
    return await retry(handleAll, ATTEMPTS).execute(work);
  } catch (error) {
    const { code, message } = toFailure(error, uri);
    const exitCode = code === 'PAN6401' ? EXIT.missingPackage : EXIT.unreachable;
    throw new CommandError(exitCode, code, 'uri', `${message} The same command goes on from here.`);
  }
}

/** Sends batches to MongoDB, each until it is there. */
export class BatchSender {
  readonly sent: Sent = { shipped: 0, alreadyThere: 0, refused: 0 };
  readonly #transport: Transport;
  readonly #uri: string;

  constructor(transport: Transport, uri: string) {
    this.#transport = transport;
    this.#uri = uri;
  }

  /**
   * Gives what the server will never take.
   * @throws CommandError `PAN64xx` with what to do, when the server does not take the batch or the driver is missing
   */
  async send(events: readonly FrozenEvent[]): Promise<readonly Refusal[]> {
    const { refused = [], alreadyThere = 0 } = await atServer(this.#uri, () =>
      this.#transport.send(events, AbortSignal.timeout(ATTEMPT_MS)),
    );
    this.sent.refused += refused.length;
    this.sent.alreadyThere += alreadyThere;
    this.sent.shipped += events.length - refused.length - alreadyThere;
    return refused;
  }

  /** As `send`; what the server will never take becomes a dead letter of the folder. */
  async ship(entries: readonly Entry[], dir: string): Promise<void> {
    for (const { index, reason } of await this.send(entries.map(toFrozenEvent))) {
      const entry = entries[index];
      if (entry) keepDeadLetter(dir, entry, reason);
    }
  }
}
