import { PanopticError, type Problem } from '../../config/error.ts';
import { checkObject, type HttpMiddlewareOptions, refused } from '../core/index.ts';

/** Options of a wrapper in Next; `Request` is what the functions of the application are given. */
export interface NextOptions<Request> extends HttpMiddlewareOptions<Request> {
  /**
   * Pattern of the route, such as `/api/tickets/[id]`. @default in `app/` the path, with the values of `params` replaced by their
   * names; in `pages/api/` and in `proxy.ts` none
   */
  route?: string;
  /**
   * Send events before the function may be frozen: with `after` of Next, with `waitUntil` of a proxy. @default where functions are:
   * on Vercel, Netlify, AWS Lambda and at an edge
   */
  flush?: boolean;
}

/** Set where a function is frozen once it has answered. */
const FREEZING = ['VERCEL', 'NETLIFY', 'AWS_LAMBDA_FUNCTION_NAME'];

const freezes = (): boolean =>
  process.env.NEXT_RUNTIME === 'edge' || FREEZING.some((name) => (process.env[name] ?? '') !== '');

interface SplitOptions<Request> {
  readonly route: string | undefined;
  readonly flush: boolean;
  readonly http: HttpMiddlewareOptions<Request>;
}

/** What is Next's alone, apart from what every middleware takes. @throws PanopticError PAN4130 for a wrong value */
export function splitOptions<Request>(options: NextOptions<Request>, where: string): SplitOptions<Request> {
  checkObject(options, where);
  const { route, flush, ...http } = options;
  const problems: Problem[] = [];
  const refuse = (name: string, expected: string): void => {
    problems.push(refused(`${where} options.${name}`, expected));
  };
  if (route !== undefined && (typeof route !== 'string' || !route.startsWith('/')))
    refuse('route', 'a path that begins with /');
  if (flush !== undefined && typeof flush !== 'boolean') refuse('flush', 'true or false');
  if (problems.length > 0) throw new PanopticError(problems);
  return { route, flush: flush ?? freezes(), http };
}
