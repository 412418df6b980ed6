import { messageText } from '../diagnostics/error-text.ts';
import { say } from '../diagnostics/say.ts';
import { keepDeadLetter } from '../log/dead-letter.ts';
import { deadLetterFolder } from '../log/layout.ts';
import type { Entry } from '../log/record.ts';

/** An event could not be set aside. That is said already, and no fault of the destination. */
export class NotSetAsideError extends Error {
  override readonly name: string = 'NotSetAsideError';
}

/** Events that a destination will never take, kept in the folder of dead letters, or lost where there is no folder. */
export class SetAside {
  /** Events in the folder. */
  kept = 0;
  lost = 0;
  readonly #dir: string | undefined;
  readonly #destination: string;
  /** An event may come again, because another one of its batch could not be set aside. */
  readonly #known: WeakSet<Entry> = new WeakSet();

  readonly #onLost: (entry: Entry) => void;

  constructor(dir: string | undefined, destination: string, onLost: (entry: Entry) => void) {
    this.#dir = dir;
    this.#destination = destination;
    this.#onLost = onLost;
  }

  /** Keeps what the destination has refused for good. @throws NotSetAsideError */
  refused(entry: Entry, reason: string): void {
    this.#keep(entry, reason, 'PAN6403', `will never take an event of ${entry.ns}`);
  }

  /** Keeps what fails alone, again and again. @throws NotSetAsideError */
  givenUp(entry: Entry, error: unknown): void {
    const reason = `rejected again and again, alone: ${messageText(error)}`;
    this.#keep(entry, reason, 'PAN6534', `takes other events and goes on rejecting one of ${entry.ns}`);
  }

  #keep(entry: Entry, reason: string, code: string, what: string): void {
    if (this.#known.has(entry)) return;
    const fate = this.#write(entry, reason);
    this.#known.add(entry);
    say(code, `${this.#destination} ${what}. ${fate}`, entry.ns);
  }

  #write(entry: Entry, reason: string): string {
    const { ns, doc } = entry;
    if (this.#dir === undefined) {
      this.lost++;
      this.#onLost(entry);
      return 'It is lost, because there is no folder.';
    }
    const folder = deadLetterFolder(this.#dir);
    try {
      keepDeadLetter(this.#dir, { ns, doc }, reason);
    } catch (error) {
      const why = messageText(error).replace(/\.$/, '');
      const todo = 'Check the rights of the folder and the room on the disk.';
      const stays = `An event of ${ns} that ${this.#destination} does not take stays where it is, and is tried again.`;
      say('PAN6323', `${folder} cannot be written: ${why}. ${stays} ${todo}`, (error as NodeJS.ErrnoException).code);
      throw new NotSetAsideError(why, { cause: error });
    }
    this.kept++;
    return `It is kept with the reason in ${folder}.`;
  }
}
