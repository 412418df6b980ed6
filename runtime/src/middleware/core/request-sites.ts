import { say } from '../../diagnostics/say.ts';
import { RecordingSite } from '../../instrument/site.ts';
import { type RuntimeState, runtimeState } from '../../instrument/state.ts';
import { tracing } from '../../instrument/trace/tracing.ts';
import { asOfNow } from '../../providers/in-use.ts';
import type { ResolvedProvider } from '../../providers/table.ts';
import { makeSite } from '../../wrap/make-site.ts';

/** Beyond so many, what is given as a route is hardly a pattern: every site stays in memory. */
const MAX_ROUTES = 2000;

/** Those of HTTP, as OpenTelemetry knows them; a method of somebody's own must not make events of its own kind. */
const METHODS: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
]);

/** What requests to one route have in common. */
export interface RequestSite {
  /** `GET /users/:id` */
  readonly name: string;
  /** `GET`, or `_OTHER` */
  readonly method: string;
  readonly route: string | undefined;
  /** Undefined where nothing is recorded. */
  readonly site: RecordingSite | undefined;
}

/** One site a method and route, made when the first request needs it. */
export class RequestSites {
  readonly #state: RuntimeState = runtimeState();
  readonly #service: string;
  readonly #byMethod: Map<string, Map<string | undefined, RequestSite>> = new Map();
  #routes = 0;

  /** As it was when the middleware was made. */
  readonly #given: ResolvedProvider;
  #provider: ResolvedProvider;
  #traced: boolean = tracing() === true;
  /** The configuration that these two are of. */
  #configured: number | undefined = this.#state.configured;

  constructor(provider: ResolvedProvider, service: string) {
    this.#given = provider;
    this.#provider = provider;
    this.#service = service;
  }

  /** Calls in a request name it as their parent. Asked by every request that begins: what is configured by then counts. */
  get traced(): boolean {
    if (this.#configured !== this.#state.configured) this.#follow();
    return this.#traced;
  }

  /** @param route the pattern, such as `/users/:id`; undefined where none has matched */
  find(method: string, route: string | undefined): RequestSite {
    return this.#byMethod.get(method)?.get(route) ?? this.#make(METHODS.has(method) ? method : '_OTHER', route);
  }

  /** A middleware is made while modules load, which may be before `createPanoptic`; and that may be called again. */
  #follow(): void {
    this.#configured = this.#state.configured;
    const traced = tracing() === true;
    const provider = asOfNow(this.#given);
    const { name, category } = this.#provider;
    if (traced === this.#traced && provider.name === name && provider.category === category) return;
    this.#traced = traced;
    this.#provider = provider;
    this.#byMethod.clear();
    this.#routes = 0;
  }

  #make(method: string, route: string | undefined): RequestSite {
    const routes = this.#byMethod.get(method) ?? new Map<string | undefined, RequestSite>();
    this.#byMethod.set(method, routes);
    const known = routes.get(route);
    if (known !== undefined) return known;
    if (route !== undefined && this.#routes >= MAX_ROUTES) {
      say(
        'PAN3203',
        `More than ${MAX_ROUTES} routes have events of their own; the rest are '(unmatched)'. A route must be a pattern such as /users/:id.`,
      );
      return this.find(method, undefined);
    }
    this.#routes++;
    const made = this.#site(method, route);
    routes.set(route, made);
    return made;
  }

  #site(method: string, route: string | undefined): RequestSite {
    const name = `${method} ${route ?? '(unmatched)'}`;
    const values = { service: this.#service, unit: 'request' };
    const handle = makeSite({ name, site: `http ${name}`, provider: this.#provider, values });
    return { name, method, route, site: handle instanceof RecordingSite ? handle : undefined };
  }
}
