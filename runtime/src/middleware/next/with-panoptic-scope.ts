import { headers } from 'next/headers.js';
import { say } from '../../diagnostics/say.ts';
import { checkFunction, checkObject, HttpCore, type HttpMiddlewareOptions, type RequestReader } from '../core/index.ts';

/** What is known of a request where Next hands nobody the request itself. */
export interface NextScopeRequest {
  readonly headers: Headers;
}

/** Those of a middleware that concern the scope. */
export type NextScopeOptions = Omit<
  HttpMiddlewareOptions<NextScopeRequest>,
  'mapRequest' | 'record' | 'provider' | 'service' | 'ignore'
>;

/**
 * Wraps a function that Next calls for a request: a server action, a page, a layout. What is billed while it runs carries the
 * metadata; components in what it returns run later, outside, and are wrapped themselves. It makes no event of its own. As it
 * reads the headers, a page is made for each request, not ahead.
 *
 * @example
 * export const reply = withPanopticScope(async (form: FormData) => …, { extractMetadata: ({ headers }) => … });
 * @throws PanopticError when an option is wrong, or `work` is no function
 */
export function withPanopticScope<Args extends unknown[], Result>(
  work: (...args: Args) => Promise<Result>,
  options: NextScopeOptions = {},
): (...args: Args) => Promise<Result> {
  checkFunction(work, 'withPanopticScope work');
  checkObject(options, 'withPanopticScope');
  const core = new HttpCore(reader, { ...options, record: false }, 'withPanopticScope');
  return async (...args) => {
    const known = await requestHeaders();
    if (known === undefined) return work(...args);
    const scope = core.begin({ headers: known });
    if (scope === undefined) return work(...args);
    if (scope.ready !== undefined) await scope.ready;
    return scope.run(work, ...args);
  };
}

/**
 * The headers of the request; undefined where Next knows of none. Rejects with what Next throws for itself to catch, such as
 * where a page cannot be made ahead.
 */
async function requestHeaders(): Promise<Headers | undefined> {
  try {
    return await headers();
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('outside a request scope'))) throw error;
    say(
      'PAN3205',
      'withPanopticScope ran where Next knows of no request, so what is recorded there is for nobody. In a form that was sent ' +
        'without JavaScript, next@15.2 is needed; elsewhere, withExecutionMetadata opens a scope.',
    );
    return undefined;
  }
}

const reader: RequestReader<NextScopeRequest> = {
  method: () => '',
  path: () => '',
  header: ({ headers }, name) => headers.get(name) ?? undefined,
};
