import { IS_INSTRUMENT } from '../runtime-check.ts';

/*
 * A bundler cannot look into what it leaves out and keeps every import of it. The runtime's import has to go with the last
 * function that needs it: an annotated export that nobody uses leaves nothing in the bundle.
 */

type Says = (id: string, external: boolean) => boolean | undefined;

interface Rule {
  test?: RegExp;
  external?: boolean;
  sideEffects: boolean;
}

/** The option `treeshake` of Rollup and Rolldown, as far as it is looked at. */
interface Treeshake {
  preset?: string;
  moduleSideEffects?: unknown;
}

const FREE: Rule = { test: IS_INSTRUMENT, sideEffects: false };

function withFunction(option: unknown): Says {
  const says: Says =
    typeof option === 'function'
      ? (option as Says)
      : (id, external) => {
          if (Array.isArray(option)) return option.includes(id);
          return option === 'no-external' ? !external : option !== false;
        };
  return (id, external) => (IS_INSTRUMENT.test(id) ? false : says(id, external));
}

/** Rolldown asks rules without leaving Rust; a function or a list of names cannot be put into them. */
function withRules(option: unknown): Rule[] | Says {
  if (option === undefined || option === true) return [FREE];
  // A rule of Rolldown's has to say which modules it is for.
  if (option === false) return [FREE, { test: /./, sideEffects: false }];
  if (option === 'no-external') return [FREE, { external: true, sideEffects: false }];
  const rules = Array.isArray(option) && option.every((rule) => typeof rule === 'object');
  return rules ? [FREE, ...(option as Rule[])] : withFunction(option);
}

/**
 * Says of the runtime's import that it has no side effects.
 *
 * @returns the input options; null where the user switched tree-shaking off
 */
export function withoutSideEffects<Input extends object>(input: Input, rolldown: boolean): Input | null {
  const { treeshake = true } = input as { treeshake?: boolean | string | Treeshake };
  if (treeshake === false) return null;
  const options: Treeshake =
    typeof treeshake === 'string' ? { preset: treeshake } : typeof treeshake === 'object' ? treeshake : {};
  // The one of Rollup's presets that says anything about modules.
  const { moduleSideEffects = options.preset !== 'smallest' } = options;
  const said = rolldown ? withRules(moduleSideEffects) : withFunction(moduleSideEffects);
  return { ...input, treeshake: { ...options, moduleSideEffects: said } };
}
