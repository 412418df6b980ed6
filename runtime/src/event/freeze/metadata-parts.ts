import type { CallValues, SiteInfo } from '../../instrument/site.types.ts';
import { VALUE_RULES } from '../bson-form.ts';
import { readAttributes } from '../fields.ts';
import { TYPE } from './bson-writer.ts';
import { elements } from './context-bytes.ts';
import { type Frame, type Slot, writeShared } from './frame.ts';
import { attributes, duration, isUnusualAttribute, noneInContext, requestId, times } from './metadata-slots.ts';
import type { Part } from './template.ts';

/** `metadata`, which is the last field of a document: layer after layer, as `readMetadata` merges them. */
export function metadataParts(site: SiteInfo, given: ReadonlySet<keyof CallValues>): Part[] {
  const literal = readAttributes(site, undefined);
  const request = site.values?.requestId ?? undefined;
  const names = Object.keys(literal);
  if (names.some(isUnusualAttribute)) return [never];
  const parts: Part[] = [open];
  if (given.has('requestId')) parts.push(requestId);
  else if (request !== undefined) {
    parts.push(noneInContext(['request_id']), elements({ request_id: VALUE_RULES.requestId.parse(request) }));
  }
  if (given.has('attributes')) parts.push(attributes(site));
  else if (names.length > 0) parts.push(noneInContext(names), elements(literal));
  parts.push(elements({ function_name: site.name || 'anonymous' }), duration);
  if (site.args !== undefined) parts.push(elements({ args_types: site.args }));
  parts.push(times, close);
  return parts;
}

/** The annotation's own layers have to be merged. */
const never: Slot = () => false;

/** Begins `metadata` with the execution metadata, and remembers where. */
function open(frame: Frame): boolean {
  frame.to.element(TYPE.document, 'metadata');
  frame.metadata = frame.to.open();
  writeShared(frame, frame.context.members);
  return true;
}

function close({ to, metadata }: Frame): boolean {
  to.close(metadata);
  return true;
}
