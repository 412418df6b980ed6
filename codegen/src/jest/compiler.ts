import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { optionError } from '../files/options.ts';
import type { JestOptions, Transformer } from './jest.types.ts';

/** The transformer behind ours, with the options that are for it. */
export interface Compiler {
  readonly name: string;
  readonly options: object | undefined;
}

/** Where options of the transformer stand, for messages. */
export const WHERE = '`@panoptic/codegen/jest` in the `transform` of Jest';

const isOptions = (value: unknown): value is object | undefined =>
  value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));

/** @throws PanopticFileError `PAN1404` for a value that cannot be used */
export function compilerOf(transformer: JestOptions['transformer'] = 'babel-jest'): Compiler | undefined {
  if (transformer === false) return undefined;
  const [name, options, ...rest]: readonly unknown[] =
    typeof transformer === 'string' ? [transformer] : [transformer].flat();
  if (typeof name === 'string' && isOptions(options) && rest.length === 0) return { name, options };
  throw optionError(WHERE, ['`transformer` takes a name, an array of a name and its options, or false.']);
}

/** Jest brings its own transformer along, which strict layouts show to nobody else. */
const FROM_JEST: readonly string[] = ['jest', 'jest-cli', 'jest-config'];

function resolveFrom(rootDir: string, name: string): string {
  const fromRoot = createRequire(path.join(rootDir, 'package.json'));
  try {
    return fromRoot.resolve(name);
  } catch (error) {
    if (name !== 'babel-jest') throw error;
    const config = FROM_JEST.reduce((from, dependency) => createRequire(from.resolve(dependency)), fromRoot);
    return config.resolve(name);
  }
}

interface Factory {
  createTransformer?(options?: object): Transformer | Promise<Transformer>;
}

type Loaded = (Transformer & Factory) | { default: Transformer & Factory };

const made = (loaded: Loaded, { options }: Compiler): Transformer | Promise<Transformer> => {
  const transformer = 'default' in loaded ? loaded.default : loaded;
  return transformer.createTransformer?.(options) ?? transformer;
};

/** Makes a transformer as Jest would, from the root of the project; for one that can only be imported, when it is there. */
export function makeCompiler(compiler: Compiler, rootDir: string): Transformer | Promise<Transformer> {
  const { name } = compiler;
  let file: string;
  try {
    file = resolveFrom(rootDir, name.replace('<rootDir>', rootDir));
  } catch {
    throw optionError(WHERE, [
      `\`transformer\`: ${name} is not found from ${rootDir}. Run there: npm install --save-dev ${name}`,
    ]);
  }
  try {
    return made(createRequire(file)(file) as Loaded, compiler);
  } catch (error) {
    if (!/^ERR_REQUIRE_(?:ESM|ASYNC_MODULE)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return import(pathToFileURL(file).href).then((loaded: Loaded) => made(loaded, compiler));
  }
}
