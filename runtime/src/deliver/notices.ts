import type { Config } from '../config/options.ts';
import { say } from '../diagnostics/say.ts';
import { runtimeState } from '../instrument/state.ts';
import { announce } from './announce.ts';

/** What a process says of its delivery as a whole. */
export class Notices {
  #announced = '';
  /** Lost events of which the last line has told. */
  #lossSaid = 0;

  /** Says where events go, once for each place. */
  announce(config: Config, project: string, destination: string): void {
    const place = `${project} ${destination}`;
    if (this.#announced === place) return;
    this.#announced = place;
    announce(config, destination);
  }

  /** Counts calls that found memory full, and says so. */
  lost(events: number): void {
    const { counters } = runtimeState();
    counters.dropped += events;
    say(
      'PAN6502',
      `${counters.dropped} events lost so far: calls come faster than they are delivered. ` +
        'Raise maxPendingBatches, or record a share of the calls with sample=.',
    );
  }

  /** The line of `lost` comes once a minute, so that it tells of the first lost batch only where the process is short. */
  lostInAll(): void {
    const { dropped, recorded } = runtimeState().counters;
    if (dropped === this.#lossSaid) return;
    this.#lossSaid = dropped;
    say(
      'PAN6502',
      `${dropped} of ${recorded} events were lost in this process, because calls came too fast.`,
      'in all',
    );
  }
}
