import { withoutAnySecrets } from '../bson-form.ts';
import type { Origin } from '../build-event.ts';
import type { BillingDocument } from '../document.ts';
import { TYPE } from './bson-writer.ts';
import { type Frame, type Slot, writeShared } from './frame.ts';

/** Fields that differ with every call, whatever the annotation says. */
export const CALL_SLOTS: Partial<Record<keyof BillingDocument, Slot>> = {
  _id({ to, id, startMs, seed, row }: Frame): boolean {
    to.element(TYPE.id, '_id');
    if (id !== undefined) return to.id(id);
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
  parent({ to, parent }: Frame): boolean {
    if (parent === undefined) return true;
    to.element(TYPE.id, 'parent');
    return to.id(parent);
  },
  trace(frame: Frame): boolean {
    const { to, trace } = frame;
    if (trace === undefined) {
      writeShared(frame, frame.context.trace);
      return true;
    }
    to.element(TYPE.document, 'trace');
    const mark = to.open();
    to.text('trace_id', trace.trace_id);
    to.text('span_id', trace.span_id);
    to.close(mark);
    return true;
  },
};

/** Stands in the templates of calls that failed. */
export const error =
  (origin: Origin): Slot =>
  ({ to, error }) => {
    if (error === undefined) return true;
    to.element(TYPE.document, 'error');
    const mark = to.open();
    for (const [name, value] of Object.entries(withoutAnySecrets(error, origin))) {
      if (typeof value === 'string') to.text(name, value);
      else if (value !== undefined) return false;
    }
    to.close(mark);
    return true;
  };

/** Stands in the templates of calls that say themselves how many they stand for. */
export function sampleRate({ to, sampleRate }: Frame): boolean {
  if (sampleRate !== undefined && sampleRate < 1) to.number('sample_rate', sampleRate);
  return true;
}
