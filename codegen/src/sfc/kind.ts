/** The formats of single file components whose scripts are read. */
export type ComponentKind = 'vue' | 'svelte';

/** By the file's name; undefined for anything else. `path` has no query. */
export function componentKind(path: string): ComponentKind | undefined {
  if (path.endsWith('.vue')) return 'vue';
  return path.endsWith('.svelte') ? 'svelte' : undefined;
}
