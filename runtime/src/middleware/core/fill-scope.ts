import { snapshotOf } from '../../context/snapshot.ts';
import type { CallValues } from '../../instrument/site.types.ts';
import type { ContextSnapshot } from '../../instrument/state.ts';
import { plainCopy } from '../../instrument/values.ts';
import type { Extracted } from './extraction.ts';
import { goesOnWithout } from './goes-on-without.ts';
import type { MappedRequest } from './options.ts';
import type { RequestScope } from './request-scope.ts';

/**
 * Puts into the scope what is known of its request: the surrounding scope's metadata, over it what the headers say, over
 * that what the application's functions have said.
 */
export function fillScope(
  scope: RequestScope,
  outer: ContextSnapshot | undefined,
  carried: Record<string, string>,
  { metadata, mapped }: Extracted,
): void {
  if (mapped !== undefined) map(scope, carried, mapped);
  scope.snapshot = snapshotOf(outer, metadata, carried);
}

/** As soon as the application's functions have answered; until then the scope has what the headers say. */
export function fillLater(
  scope: RequestScope,
  outer: ContextSnapshot | undefined,
  carried: Record<string, string>,
  extracted: Promise<Extracted>,
): void {
  scope.snapshot = snapshotOf(outer, undefined, carried);
  scope.ready = extracted
    .then((found) => fillScope(scope, scope.snapshot, carried, found))
    .catch(goesOnWithout)
    .then(() => {
      scope.ready = undefined;
    });
}

/** Copied here, since it is read when the request ends, and is the application's until then. */
function map(scope: RequestScope, carried: Record<string, string>, mapped: MappedRequest): void {
  const copied = plainCopy(mapped, 'mapRequest', 'request') as MappedRequest;
  const { user, requestId, resource, service, tags, attributes, skip } = copied;
  if (skip === true) scope.sites = undefined;
  if (typeof user === 'string' || typeof user === 'number') carried.user_id = String(user);
  if (typeof requestId === 'string') carried.request_id = requestId;
  const values: CallValues = {};
  if (resource !== undefined) values.resource = resource;
  if (service !== undefined) values.service = service;
  if (tags !== undefined) values.tags = tags;
  if (typeof attributes === 'object') values.attributes = attributes;
  scope.mapped = values;
}
