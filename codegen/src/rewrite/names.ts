/** Gives out identifiers that occur nowhere in a file. */
export type NameGiver = (wanted: string) => string;

/** A name that occurs anywhere in the text, even in a string, is never given out: `eval` may read it. */
export function nameGiver(source: string): NameGiver {
  const given = new Set<string>();
  const mayClash = source.includes('__pan_');
  return (wanted) => {
    const base = `__pan_${wanted.replaceAll(/[^\p{ID_Continue}$]+/gu, '_')}`;
    let name = base;
    for (let number = 2; given.has(name) || (mayClash && source.includes(name)); number++) name = `${base}${number}`;
    given.add(name);
    return name;
  };
}
