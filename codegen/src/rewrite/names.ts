/** Gives out identifiers that occur nowhere in a file. */
export type NameGiver = (wanted: string) => string;

/** The variable beside a function's name, which holds what the function made. */
export const handleOf = (name: string): string => `${name}_site`;

/** A name that occurs anywhere in the text, even in a string, is never given out: `eval` may read it. */
export function nameGiver(source: string): NameGiver {
  const given = new Set<string>();
  const mayClash = source.includes('__pan_');
  // Its handle goes with each name, so `x` and `x_site` must not meet.
  const isFree = (name: string): boolean =>
    !given.has(name) && !given.has(handleOf(name)) && !(mayClash && source.includes(name));
  return (wanted) => {
    const base = `__pan_${wanted.replaceAll(/[^\p{ID_Continue}$]+/gu, '_')}`;
    let name = base;
    for (let number = 2; !isFree(name); number++) name = `${base}${number}`;
    given.add(name).add(handleOf(name));
    return name;
  };
}
