import { withoutSecrets } from '../build-event.ts';
import type { BillingDocument } from '../document.ts';
import { TYPE } from './bson-writer.ts';
import { type Frame, type Slot, writeShared } from './frame.ts';

/** Fields that differ with every call, whatever the annotation says. */
export const CALL_SLOTS: Partial<Record<keyof BillingDocument, Slot>> = {
  _id({ to, startMs, seed, row }: Frame): boolean {
    to.element(TYPE.id, '_id');
    to.uint32BE(Math.floor(startMs / 1000));
    to.raw(seed);
    to.uint16BE(row);
    return true;
  },
  ts({ to, startMs }: Frame): boolean {
    to.element(TYPE.date, 'ts');
    to.date(Math.trunc(startMs));
    return true;
  },
  trace(frame: Frame): boolean {
    writeShared(frame, frame.context.trace);
    return true;
  },
};

/** Stands in the templates of calls that failed. */
export function error({ to, error }: Frame): boolean {
  if (error === undefined) return true;
  to.element(TYPE.document, 'error');
  const mark = to.open();
  for (const [name, value] of Object.entries(withoutSecrets(error) ?? {})) {
    if (typeof value === 'string') to.text(name, value);
    else if (value !== undefined) return false;
  }
  to.close(mark);
  return true;
}

/** Stands in the templates of calls that say themselves how many they stand for. */
export function sampleRate({ to, sampleRate }: Frame): boolean {
  if (sampleRate !== undefined && sampleRate < 1) to.number('sample_rate', sampleRate);
  return true;
}
