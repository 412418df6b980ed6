import { type Shape, shapeOf } from '../../deliver/worker/shape.ts';
import type { Batch } from '../../instrument/batch.ts';
import type { CallValues } from '../../instrument/site.types.ts';
import type { RequestEnd } from './request-scope.ts';

/** What the events of one route have in common beside their names. */
interface Of {
  readonly method: string;
  readonly route: string | undefined;
}

/** The request's own values; the names under `http` are those of OpenTelemetry's semantic conventions. */
export function requestValues(
  { method, route }: Of,
  { status, requestBytes, responseBytes }: RequestEnd,
  mapped?: CallValues,
): CallValues {
  const http: Record<string, unknown> = {
    request: requestBytes === undefined ? { method } : { method, body: { size: requestBytes } },
  };
  if (status !== undefined) {
    http.response =
      responseBytes === undefined ? { status_code: status } : { status_code: status, body: { size: responseBytes } };
  }
  if (route !== undefined) http.route = route;
  return mapped === undefined ? { attributes: { http } } : { ...mapped, attributes: { ...mapped.attributes, http } };
}

/** A request that has an answer of some bytes, without a body of its own and with one. */
const ANSWERED: RequestEnd = { route: '/', status: 200, requestBytes: undefined, responseBytes: 0 };
const POSTED: RequestEnd = { ...ANSWERED, requestBytes: 0 };

let shapes: { readonly answered: Shape; readonly posted: Shape } | undefined;

// filled anew for each request, and read at once
const answered = [0, 0];
const posted = [0, 0, 0];
const texts = ['', ''];

/**
 * Notes the values of the row written last. Those of most requests are two texts and two or three numbers in one of two shapes: they are
 * written as such, which takes a third of the time of making the objects and taking them apart again.
 */
export function noteValues(batch: Batch, of: Of, end: RequestEnd): void {
  const row = batch.length - 1;
  const { method, route } = of;
  const { status, requestBytes, responseBytes } = end;
  if (
    route !== undefined &&
    status !== undefined &&
    responseBytes !== undefined &&
    batch.values.setKnown !== undefined
  ) {
    const of = { method: '', route: '' };
    shapes ??= {
      answered: shapeOf({ ...requestValues(of, ANSWERED) }),
      posted: shapeOf({ ...requestValues(of, POSTED) }),
    };
    texts[0] = method;
    texts[1] = route;
    let numbers = answered;
    let shape = shapes.answered;
    if (requestBytes === undefined) {
      answered[0] = status;
      answered[1] = responseBytes;
    } else {
      posted[0] = requestBytes;
      posted[1] = status;
      posted[2] = responseBytes;
      numbers = posted;
      shape = shapes.posted;
    }
    if (batch.values.setKnown(row, shape, texts, numbers)) return;
  }
  batch.values.set(row, requestValues(of, end));
}
