interface Flush {
  /** Attempts that began before are not its own. */
  readonly since: number;
  /** Own events that have to be taken. */
  readonly target: number;
  leftTaken: boolean;
  /** The last attempt that has to end; known when everything has been taken. */
  until: number | undefined;
  readonly resolve: () => void;
}

/** Who waits for events to be delivered, and until when: new events that keep coming hold nobody up. */
export class Flushes {
  /** Own events so far. */
  appended = 0;
  /** Own events that are under way or settled. */
  taken = 0;
  #waiting: Flush[] = [];

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves when what is there now is settled, or when an attempt after the given one has failed. */
  add(since: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ since, target: this.appended, leftTaken: false, until: undefined, resolve });
    });
  }

  /** No own event is left to be taken. */
  ownTaken(): void {
    this.taken = this.appended;
  }

  /** No event of others is left to be taken. */
  leftTaken(): void {
    for (const flush of this.#waiting) flush.leftTaken = true;
  }

  /** An attempt has delivered its events; `running` are still under way. */
  settled(attempt: number, running: ReadonlySet<number>): void {
    const oldest = Math.min(...running);
    this.#end((flush) => {
      if (flush.leftTaken && this.taken >= flush.target) flush.until ??= Math.max(attempt, ...running);
      return flush.until !== undefined && oldest > flush.until;
    });
  }

  failed(attempt: number): void {
    this.#end(({ since }) => attempt > since);
  }

  /** Nothing is under way and nothing is left. */
  allDone(): void {
    this.#end(() => true);
  }

  #end(isOver: (flush: Flush) => boolean): void {
    const over = this.#waiting.filter(isOver);
    this.#waiting = this.#waiting.filter((flush) => !over.includes(flush));
    for (const { resolve } of over) resolve();
  }
}
