import { fileURLToPath } from 'node:url';
import { mayHaveBillable } from '../filter.ts';
import { transform } from '../transform.ts';
import type { Billable, Diagnostic, TransformOptions } from '../types.ts';
import { fileError } from './file-error.ts';
import type { GivenMap } from './given-map.ts';
import { placeOf } from './place.ts';
import { readText } from './read-text.ts';

/** A comment that stands above no function. */
const STRAY: ReadonlySet<string> = new Set(['PAN1201', 'PAN1202']);

/**
 * Compares what a compiler made with the source that it made it of, as its map says. A bundle of many sources is left alone:
 * what it leaves out may be what nobody uses.
 *
 * @returns the findings that the source has, too: compilers put copies of a comment where no function follows
 * @throws PanopticFileError `PAN1403` when the compiler has removed the comment of an annotated function
 */
export function compareWithSource(
  path: string,
  { sources, sourcesContent }: GivenMap,
  { billables: kept, diagnostics }: { billables: readonly Billable[]; diagnostics: readonly Diagnostic[] },
  providers: TransformOptions['providers'] = {},
): readonly Diagnostic[] {
  const [address = '', ...others] = sources;
  if (others.length > 0 || !address.startsWith('file:')) return diagnostics;
  const file = fileURLToPath(address);
  const source = sourcesContent?.[0] ?? readText(file);
  if (source === undefined || !mayHaveBillable(source)) return diagnostics;
  const { billables, diagnostics: own } = transform(source, file, { providers, sourcemap: false });
  if (billables.length > kept.length) {
    const names = new Set(kept.map(({ name }) => name));
    const lost = billables.find(({ name }) => !names.has(name)) ?? billables[0];
    const message = `The comment of \`${lost?.name}\` does not stand above it in ${placeOf(path).file}, which was compiled of this file.`;
    const place = lost && { start: lost.start, end: lost.end };
    throw fileError({ code: 'PAN1403', message, ...place }, source, placeOf(file).file);
  }
  return diagnostics.filter(({ code }) => !STRAY.has(code) || own.some((one) => one.code === code));
}
