import { type Diagnostic, formatDiagnostic, type TransformResult, transform } from '@panoptic/codegen';
import type { Build } from './build.ts';
import { handOver, notHandedOver } from './component.ts';
import { INSTRUMENT_CLIENT } from './runtime-check.ts';

type SourceMap = NonNullable<TransformResult['map']>;

/** Where a file is going and how its findings are told; made by the host for each file. */
export interface FileScope {
  /** Environment the file is built for; '' where the bundler knows none. */
  readonly environment: string;
  /** True for code that runs in a browser. */
  readonly client: boolean;
  /** The form of the runtime that generated code imports; by default the one for everybody. */
  readonly instrument?: string | undefined;
  report(severity: Diagnostic['severity'], findings: readonly Finding[]): void;
  /** Address of the map to put into the code too, for a loader after ours that takes it from nowhere else. */
  readonly inlineMap?: ((code: string, map: SourceMap, source: string) => string) | undefined;
  /** Whether Vue's compiler reads the rewritten scripts of a component, which itself stays as it is; where components are not handed over, not there. */
  readsVue?(): boolean;
  /** Told how many functions a file with the tag has. */
  seen?(functions: number): void;
}

/** A diagnostic with its text for a person: code, place, message, frame, why, fix. */
export interface Finding extends Diagnostic {
  readonly text: string;
  /** The file as the bundler knows it. */
  readonly id: string;
}

const UNBILLED = '  note: the function stays unbilled (onError: "warn")';

/**
 * Rewrites one file that holds the tag.
 *
 * @param id the bundler's id of the module, query included
 * @returns undefined when the file stays as it is
 */
export function rewrite(
  build: Build,
  code: string,
  id: string,
  scope: FileScope,
): Pick<TransformResult, 'code' | 'map'> | undefined {
  const { options } = build;
  const file = id.replace(/[?#].*$/, '');
  const place = build.packages.place(file);
  const started = performance.now();
  const recorded = build.records(scope.client);
  const sourcemap = build.sourcemap && recorded;
  const instrument = scope.client ? INSTRUMENT_CLIENT : scope.instrument;
  const { providers, strict, trace } = options;
  const result = transform(code, file, {
    ...place,
    providers,
    strict,
    // a browser has nothing that carries the call around another
    trace: trace && !scope.client,
    sourcemap,
    ...(instrument ? { instrument } : {}),
    ...(scope.client ? { endpoint: options.endpoint } : {}),
  });
  const unread = result.sites !== undefined && scope.readsVue === undefined && recorded;
  const billables = unread ? [] : result.billables;
  const diagnostics = unread
    ? [...result.diagnostics, ...notHandedOver(result.billables, place.file)]
    : result.diagnostics;
  build.tally(scope.environment).note(file, billables.length, recorded);
  build.debug(`${place.file}: ${billables.length} billable, ${(performance.now() - started).toFixed(1)} ms`);
  scope.seen?.(billables.length);
  build.components.leave(file, scope.client);
  if (!recorded) return undefined;

  const finding = (diagnostic: Diagnostic): Finding => {
    const text = formatDiagnostic(diagnostic, code);
    const softened = diagnostic.severity === 'error' && options.onError === 'warn';
    return { ...diagnostic, id: file, text: softened ? `${text}\n${UNBILLED}` : text };
  };
  const failing = diagnostics.filter(({ severity }) => severity === 'error' && options.onError === 'fail');
  const telling = diagnostics.filter((diagnostic) => !failing.includes(diagnostic));
  if (telling.length > 0) scope.report('warning', telling.map(finding));
  if (failing.length > 0) scope.report('error', failing.map(finding));
  if (failing.length > 0 || billables.length === 0) return undefined;
  const { sites } = result;
  if (sites) return handOver(build, code, file, { ...result, sites }, scope);
  const address = result.map && scope.inlineMap?.(result.code, result.map, code);
  const inline = address ? `\n//# sourceMappingURL=${address}` : '';
  return { code: result.code + inline, map: result.map };
}
