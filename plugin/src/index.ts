export { BUILD_CODES, type BuildCode, PanopticBuildError } from './build-error.ts';
export { panoptic } from './core.ts';
export type { FilterPattern, Options, OptionsResolved } from './options.ts';
export { resolveOptions } from './options.ts';
