import { OUTCOME } from '../../instrument/batch.ts';
import type { CallValues, SiteInfo } from '../../instrument/site.types.ts';
import { buildDocument, type DraftDocument, VALUE_RULES } from '../bson-form.ts';
import type { Origin } from '../build-event.ts';
import type { BillingDocument } from '../document.ts';
import { isRecord, toPlain } from '../plain.ts';
import { CALL_SLOTS, error, sampleRate } from './call-slots.ts';
import { elements } from './context-bytes.ts';
import type { Slot } from './frame.ts';
import { metadataParts } from './metadata-parts.ts';
import { DEPENDS_ON, user, VALUE_SLOTS } from './value-slots.ts';

/** Bytes that are the same in every event of the template, or what writes those that are not. */
export type Part = Uint8Array | Slot;

/** Gives the one array of these bytes, so that events of different sites share it. */
export type Intern = (bytes: Uint8Array) => Uint8Array;

/** What `buildDocument` gives for a call without values: everything in it that does not depend on the call is final. */
const NO_CALL = {
  id: '000000000000000000000000',
  startMs: 0,
  durationMs: 0,
  error: undefined,
  context: undefined,
  values: undefined,
  extras: undefined,
};

/**
 * The parts of every event of a site whose calls give these values and end so, in the order of `buildDocument`.
 * Undefined for a site whose own literals are left out of its events, which has to be said each time.
 */
export function makeTemplate(
  site: SiteInfo,
  origin: Origin,
  given: ReadonlySet<keyof CallValues>,
  outcome: number,
  sampled: boolean,
  intern: Intern,
): readonly Part[] | undefined {
  if (!isSound(site)) return undefined;
  const draft = buildDocument(site, origin, { ...NO_CALL, outcome });
  const parts: Part[] = [];
  for (const key of Object.keys(draft) as (keyof DraftDocument)[]) {
    if (key === 'metadata') parts.push(...metadataParts(site, given));
    else parts.push(slotOf(key) ?? elements({ [key]: draft[key] }));
  }
  return joined(parts, intern);

  function slotOf(key: keyof BillingDocument): Slot | undefined {
    if (key === 'error') return outcome === OUTCOME.ok ? undefined : error(origin);
    if (key === 'sample_rate') return sampled ? sampleRate : undefined;
    if (key === 'user') return given.has('user') || draft.user === undefined ? user : undefined;
    const dynamic = (DEPENDS_ON[key] ?? [key as keyof CallValues]).some((name) => given.has(name));
    return CALL_SLOTS[key] ?? (dynamic ? VALUE_SLOTS[key]?.(site) : undefined);
  }
}

/** True when every literal of the annotation is what it has to be. */
function isSound({ values = {} }: SiteInfo): boolean {
  let sound = true;
  const refused = (): void => {
    sound = false;
  };
  for (const [key, rule] of Object.entries(VALUE_RULES)) {
    const literal = values[key as keyof typeof VALUE_RULES] ?? undefined;
    if (literal !== undefined && rule.parse(literal) === undefined) refused();
  }
  const { usage, attributes } = values;
  if (usage !== undefined && usage !== null && !isRecord(usage)) refused();
  toPlain(usage, refused);
  toPlain(attributes, refused);
  return sound;
}

/** Neighbours that are bytes become one. */
function joined(parts: readonly Part[], intern: Intern): Part[] {
  const result: Part[] = [];
  let run: Uint8Array[] = [];
  const endRun = (): void => {
    const bytes = Buffer.concat(run);
    if (bytes.length > 0) result.push(intern(bytes));
    run = [];
  };
  for (const part of parts) {
    if (part instanceof Uint8Array) run.push(part);
    else {
      endRun();
      result.push(part);
    }
  }
  endRun();
  return result;
}
