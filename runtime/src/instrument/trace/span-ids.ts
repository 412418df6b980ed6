import { rowHex, secondsHex, seedHex } from '../../event/event-id.ts';
import { now, wallClock } from '../clock.ts';
import { drawSeed } from '../seed.ts';
import { runtimeState } from '../state.ts';

/** Ids that one seed can tell apart: two bytes. */
const IDS_PER_SEED = 65_536;

/** Clocks that were set, or a machine that stood still, ms: ordinary corrections are smaller than that. */
const MAX_DRIFT_MS = 100;

/** Shared by all copies of the runtime. */
interface Ids {
  seed: string;
  /** Ids given out with this seed. */
  given: number;
  /** Wall clock in whole seconds since 1970, and what of the ids comes from it and the seed. */
  second: number;
  prefix: string;
  /** Wall clock at which the monotonic clock read 0. */
  epoch: number;
}

/**
 * The `_id` of an event that is named before its row is written, 24 hex digits laid out as those of rows are: seconds,
 * six random bytes, and a number. Once a second the clocks are compared: two machines restored from one snapshot disagree
 * with their own past, and draw anew before they give the same ids to different calls.
 */
export function spanId(): string {
  const { extensions } = runtimeState();
  const ids = (extensions.spanIds ??= {
    seed: '',
    given: IDS_PER_SEED,
    second: Number.NaN,
    prefix: '',
    epoch: 0,
  }) as Ids;
  const wall = wallClock();
  const second = Math.floor(wall / 1000);
  if (second !== ids.second || ids.given === IDS_PER_SEED) renew(ids, wall, second);
  return ids.prefix + rowHex(ids.given++);
}

function renew(ids: Ids, wall: number, second: number): void {
  const epoch = wall - now();
  if (ids.given === IDS_PER_SEED || Math.abs(epoch - ids.epoch) > MAX_DRIFT_MS) {
    ids.seed = seedHex(drawSeed());
    ids.given = 0;
  }
  ids.epoch = epoch;
  ids.second = second;
  ids.prefix = secondsHex(second) + ids.seed;
}
