import type { OwnProviders } from '@panoptic/runtime/providers';
import type { SourceMap } from 'magic-string';

/** Input of one `transform`. Every option has a default. */
export interface TransformOptions {
  /** Name of the package the file belongs to; part of the site id. @default '' */
  packageName?: string;
  /** Path of the file relative to its package, POSIX; what events and site ids show. @default the id */
  file?: string;
  /** Providers of your own: name → category, or `{ category, aliases }`. @default {} */
  providers?: OwnProviders;
  /** What loads a file that shows by neither name, import nor export what it is. @default told by what else is in it */
  format?: 'module' | 'commonjs';
  /** Make a source map. @default true */
  sourcemap?: boolean;
  /** Warnings count as errors. @default false */
  strict?: boolean;
  /** Calls carry the billable call they ran in, as `parent` of their events. @default false */
  trace?: boolean;
  /** The module that generated code imports. @default '@panoptic/runtime/instrument' */
  instrument?: string;
  /** Where events of a browser go, for the module that is imported there. @default nothing is told */
  endpoint?: string | undefined;
  /** Keep what each stage saw and made, for the playground and `panoptic print`. @default false */
  stages?: boolean;
}

export interface TransformResult {
  /** The rewritten source; the input itself, unchanged, when nothing was rewritten. */
  code: string;
  /** Null when nothing was rewritten or `sourcemap` is false. */
  map: SourceMap | null;
  billables: Billable[];
  diagnostics: Diagnostic[];
  /** Filled with the option `stages`. */
  stages: Stages | undefined;
  /** For a Vue or Svelte component: what its rewritten scripts call and do not declare. */
  sites?: ComponentSites;
}

/** Site functions of a component. */
export interface ComponentSites {
  /** Names that the module compiled from the component refers to. */
  names: readonly string[];
  /** JavaScript to add to that module, at its end; it imports the runtime. */
  code: string;
}

/** One function that will be billed. */
export interface Billable {
  id: string;
  name: string;
  kind: 'function' | 'arrow' | 'method' | 'getter' | 'setter' | 'constructor';
  async: boolean;
  generator: boolean;
  provider: string;
  category: string;
  service?: string;
  /** One-based line and column of the function; `start` and `end` are UTF-16 offsets of its text. */
  line: number;
  column: number;
  start: number;
  end: number;
}

/** One finding. `start` and `end` are UTF-16 offsets in the original source, `line` and `column` one-based. */
export interface Diagnostic {
  /** Stable, e.g. `PAN1101`. */
  code: string;
  severity: 'error' | 'warning';
  /** What happened, in one sentence. */
  message: string;
  /** Why it matters. */
  why?: string;
  /** What to do next. */
  fix?: string;
  /** Where the code is described, with an anchor: a path that begins with the package. */
  docs?: string;
  file: string;
  line: number;
  column: number;
  start: number;
  end: number;
}

/** What each stage of the rewrite produced; plain data that can cross a worker boundary. */
export interface Stages {
  parse: { ms: number; functions: number };
  annotations: { start: number; end: number; entries: { key: string; value: string; start: number; end: number }[] }[];
  edits: { at: number; text: string }[];
}
