import { merge } from './merge.ts';
import type { Observation } from './observation.ts';
import { runtimeState } from './state.ts';
import { readValues } from './values.ts';

/** One consumption of a stream, for the calls that have returned it. */
export class Follow {
  readonly #calls: readonly Observation[];

  constructor(calls: readonly Observation[]) {
    this.#calls = calls;
  }

  /** `$result` means each chunk; the last one that knows a value wins. */
  chunk(value: unknown): void {
    for (const { call } of this.#calls) {
      const { name, onResult } = call.site.info;
      if (onResult) call.started = merge(call.started, readValues(name, onResult, [value, call.held]));
    }
  }

  done(): void {
    for (const observation of this.#calls) observation.ended({ unknown: true });
  }

  /** Left before its end: what was used so far stands. */
  left(): void {
    for (const observation of this.#calls) observation.ended({ unknown: true, aborted: true });
  }

  failed(error: unknown): void {
    for (const observation of this.#calls) observation.rejected(error);
  }
}

/** Ends the events of a stream that was dropped half way, when its iterator is collected. */
export function leftWhenDropped(iterator: object, follow: Follow): void {
  const { extensions } = runtimeState();
  const dropped = (extensions.dropped ??= new FinalizationRegistry((one: Follow) => one.left()));
  (dropped as FinalizationRegistry<Follow>).register(iterator, follow);
}
