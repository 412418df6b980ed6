import type { FileOptions } from '../files/options.ts';

// The part of Jest's own types that this uses: Jest is no dependency, and its types are nobody's who does not use it.

/** What Jest tells a transformer of a file. */
export interface TransformOptions {
  readonly config: { readonly rootDir: string };
  readonly configString: string;
  readonly instrument: boolean;
  /** Whether the file runs as an ES module. */
  readonly supportsStaticESM: boolean;
  readonly transformerConfig: unknown;
}

export interface TransformedSource {
  code: string;
  // biome-ignore lint/suspicious/noExplicitAny: the object of any library of source maps
  map?: any;
}

type Transform<Result> = (source: string, path: string, options: TransformOptions) => Result;

/** A transformer that is used both for `require` and for `import`. */
export interface Transformer {
  readonly canInstrument?: boolean;
  process?: Transform<TransformedSource>;
  processAsync?: Transform<Promise<TransformedSource>>;
  getCacheKey?: Transform<string>;
  getCacheKeyAsync?: Transform<Promise<string>>;
}

export interface JestOptions extends FileOptions {
  /**
   * The transformer that compiles the rewritten file, with its options as in Jest's configuration; `false` for none.
   *
   * @default 'babel-jest'
   */
  transformer?: string | readonly [name: string, options?: object] | false;
}
