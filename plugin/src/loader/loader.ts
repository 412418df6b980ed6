import path from 'node:path';
import remapping from '@jridgewell/remapping';
import { mayHaveBillable, type TransformResult } from '@panoptic/codegen';
import type { LoaderContext } from 'webpack';
import { targetsBrowser } from '../hosts/webpack-target.ts';
import { type Finding, rewrite } from '../rewrite.ts';
import { summarise } from '../summary.ts';
import type { LoaderOptions } from './loader-options.ts';
import { prepare } from './prepare.ts';

type Context = LoaderContext<LoaderOptions>;
type InputMap = Parameters<Context['callback']>[2];

const SERVED = 'its calls there are recorded';

/** Code that only a browser runs. Turbopack names `web` what runs at the edge as well, so there the options say it. */
function isClient({ _compiler, target }: Context, { environment }: LoaderOptions): boolean {
  if (environment !== undefined) return environment === 'client';
  return _compiler?.platform ? targetsBrowser(_compiler) : target === 'web';
}

/** Without a stack: one into this loader would hide what the user has to do. */
function withoutStack(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}

/** A map that leads to the source itself, where another loader came first. Loaders behind this one want plain data. */
function toSource(map: TransformResult['map'], before: InputMap): InputMap {
  const whole = map && before ? remapping([map.toString(), before as string], () => null) : map;
  return whole ? JSON.parse(whole.toString()) : undefined;
}

/** The rewritten file; undefined where it stays as it is. @throws Error when an annotation cannot be honoured */
function rewriteFor(context: Context, code: string): ReturnType<typeof rewrite> {
  const { mode, resourcePath, resourceQuery, rootContext, sourceMap } = context;
  const options = context.getOptions();
  const client = isClient(context, options);
  const { build, wants } = prepare(options, { root: rootContext, client, sourcemap: sourceMap !== false });
  if (!wants(resourcePath + resourceQuery)) return undefined;

  const warn = (text: string): void => context.emitWarning(withoutStack(text));
  const owner = build.packages.ofFolder(path.dirname(resourcePath));
  if (owner) context.addDependency(path.join(owner.root, 'package.json'));
  const errors: Finding[] = [];
  const rewritten = rewrite(build, code, resourcePath + resourceQuery, {
    environment: resourcePath,
    client,
    instrument: options.instrument,
    report: (severity, findings) => {
      if (severity === 'error') errors.push(...findings);
      else for (const { text } of findings) warn(text);
    },
  });
  if (errors.length > 0) throw withoutStack(errors.map(({ text }) => text).join('\n\n'));
  if (client && mode === 'production') summarise(build.tally(resourcePath), client, SERVED).warnings.forEach(warn);
  return rewritten;
}

/**
 * The rewrite as a loader, for webpack and what takes its loaders. It stands before every loader that removes comments.
 *
 * @throws Error with every finding of a file that has an annotation which cannot be honoured
 * @throws PanopticBuildError for options that cannot be used, and where generated code would not find its runtime
 */
export function load(this: Context, code: string, before?: InputMap): void {
  const rewritten = mayHaveBillable(code) ? rewriteFor(this, code) : undefined;
  if (rewritten) this.callback(null, rewritten.code, toSource(rewritten.map, before));
  else this.callback(null, code, before);
}
