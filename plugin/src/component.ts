import type { Billable, Diagnostic, TransformResult } from '@panoptic/codegen';
import type { Build } from './build.ts';
import { BUILD_CODES, PanopticBuildError } from './build-error.ts';
import type { Rewritten } from './components.ts';
import type { FileScope } from './rewrite.ts';

/**
 * Gives a rewritten component to its compiler: Svelte's takes the text, Vue's only the scripts of it.
 *
 * @throws PanopticBuildError `PAN2104` when no compiler of Vue is there
 */
export function handOver(
  build: Build,
  code: string,
  file: string,
  rewritten: Rewritten,
  scope: FileScope,
): Pick<TransformResult, 'code' | 'map'> | undefined {
  build.components.note(file, code, rewritten, scope.client);
  if (!file.endsWith('.vue')) return { code: rewritten.code, map: rewritten.map };
  if (scope.readsVue?.()) return undefined;
  throw new PanopticBuildError(
    BUILD_CODES.vueMissing,
    `${build.packages.place(file).file} has annotated functions, and no \`@vitejs/plugin-vue\` compiles it. Add that plugin.`,
  );
}

/** What is wrong with annotated functions of a component in a bundler whose compilers read the file themselves. */
export function notHandedOver(billables: readonly Billable[], file: string): Diagnostic[] {
  return billables.map(({ name, line, column, start, end }) => ({
    code: BUILD_CODES.componentUnread,
    severity: 'error',
    message: `\`${name}\` is in a component, and only Vite hands components over.`,
    why: 'Its calls would not be billed.',
    fix: 'Move the function into a module of its own and import it, or build with Vite.',
    file,
    line,
    column,
    start,
    end,
  }));
}
