/** Dotted paths of what is a `Kind` in an object; a record of such is one path. */
export type PathOf<Kind, T> = {
  [Key in keyof T & string]: NonNullable<T[Key]> extends Kind
    ? Key
    : NonNullable<T[Key]> extends string | number | boolean
      ? never
      : NonNullable<T[Key]> extends infer Inner
        ? string extends keyof Inner
          ? Inner[keyof Inner] extends Kind
            ? Key
            : never
          : `${Key}.${PathOf<Kind, Inner>}`
        : never;
}[keyof T & string];

/** What stands at a path; undefined where a part of it is absent. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}
