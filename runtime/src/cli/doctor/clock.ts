import { duration } from '../report-table.ts';
import { type Check, ok, warning } from './check.ts';

/** Beyond this, sorting by time mixes up what happened on two machines, ms. */
const SKEW_MS = 2000;

/**
 * Compares this machine's clock with another one.
 * @param theirs what the other said, @param sent and @param received this clock when it was asked and when it had answered; ms
 */
export function checkClock(area: Check['area'], who: string, theirs: number, sent: number, received: number): Check[] {
  const skew = Math.round((sent + received) / 2 - theirs);
  // an answer that took long says little
  const uncertain = (received - sent) / 2;
  if (Math.abs(skew) - uncertain <= SKEW_MS) {
    return [ok(area, `The clock agrees with that of ${who}, to ${duration(Math.abs(skew))}.`)];
  }
  const message = `The clock of this machine is ${duration(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} that of ${who}.`;
  return [
    warning(area, 'PAN6134', message, { advice: 'Synchronise both with NTP: events carry the time of this machine.' }),
  ];
}
