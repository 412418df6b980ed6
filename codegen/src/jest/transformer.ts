import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PanopticFileError } from '../files/file-error.ts';
import { checkOptions, optionError } from '../files/options.ts';
import { placeOf } from '../files/place.ts';
import { type Rewritten, rewriteSource } from '../files/rewrite.ts';
import { mayHaveBillable } from '../filter.ts';
import { compilerOf, makeCompiler, WHERE } from './compiler.ts';
import { finish, uncompiled } from './finish.ts';
import type { JestOptions, TransformedSource, Transformer, TransformOptions } from './jest.types.ts';

const INSTALLED = /[\\/]node_modules[\\/]/;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Jest shows the message and whatever else the stack holds. */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PanopticFileError) error.stack = `${error.name}: ${error.code}`;
    throw error;
  }
}

/**
 * Makes the transformer that Jest calls: it rewrites annotated files and gives them to the compiler that would be there without it.
 *
 * @throws PanopticFileError `PAN1404` for options that cannot be used
 */
export function createTransformer(raw?: JestOptions): Transformer {
  const { transformer, ...rest } = raw ?? {};
  const options = checkOptions(rest, WHERE, ['transformer']);
  const compiler = compilerOf(transformer);
  const makers = new Map<string, Transformer | Promise<Transformer>>();

  const compilerAt = ({ config: { rootDir } }: TransformOptions) => {
    if (compiler === undefined) return undefined;
    const maker = makers.get(rootDir) ?? told(() => makeCompiler(compiler, rootDir));
    makers.set(rootDir, maker);
    if (maker instanceof Promise)
      maker.then(
        (made) => makers.set(rootDir, made),
        () => {},
      );
    return maker;
  };
  const compilerNow = (jest: TransformOptions): Transformer | undefined => {
    const made = compilerAt(jest);
    if (made instanceof Promise || (made && made.process === undefined)) {
      throw optionError(WHERE, [`\`transformer\`: ${compiler?.name} can only be used for modules that are imported.`]);
    }
    return made;
  };
  // Coverage is counted by Jest in what comes out, once.
  const toCompiler = (jest: TransformOptions): TransformOptions => ({
    ...jest,
    instrument: false,
    transformerConfig: compiler?.options ?? {},
  });
  const rewrite = (source: string, path: string, { supportsStaticESM }: TransformOptions): Rewritten | undefined => {
    const format = supportsStaticESM ? 'module' : 'commonjs';
    return INSTALLED.test(path) ? undefined : told(() => rewriteSource(path, source, options, format));
  };
  const done = (source: string, rewritten: Rewritten | undefined, out: TransformedSource | undefined) => {
    if (rewritten === undefined) return out ?? { code: source };
    return out ? told(() => finish(rewritten, out, compiler?.name ?? '')) : uncompiled(rewritten);
  };
  const keyOf = (source: string, path: string, jest: TransformOptions, own: string | undefined): string => {
    const place = mayHaveBillable(source) ? placeOf(path) : undefined;
    const { configString, instrument, supportsStaticESM } = jest;
    const rest = own ?? [source, path, configString];
    const facts = [version, options, compiler, place, instrument, supportsStaticESM, rest];
    return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  };

  return {
    canInstrument: false,
    process(source, path, jest) {
      const rewritten = rewrite(source, path, jest);
      const out = compilerNow(jest)?.process?.(rewritten?.code ?? source, path, toCompiler(jest));
      return done(source, rewritten, out);
    },
    async processAsync(source, path, jest) {
      const rewritten = rewrite(source, path, jest);
      const made = await compilerAt(jest);
      const input = rewritten?.code ?? source;
      const out = made?.processAsync?.(input, path, toCompiler(jest)) ?? made?.process?.(input, path, toCompiler(jest));
      return done(source, rewritten, await out);
    },
    getCacheKey(source, path, jest) {
      return keyOf(source, path, jest, compilerNow(jest)?.getCacheKey?.(source, path, toCompiler(jest)));
    },
    async getCacheKeyAsync(source, path, jest) {
      const made = await compilerAt(jest);
      const options = toCompiler(jest);
      const own = made?.getCacheKeyAsync?.(source, path, options) ?? made?.getCacheKey?.(source, path, options);
      return keyOf(source, path, jest, await own);
    },
  };
}
