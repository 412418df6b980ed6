import { fileURLToPath } from 'node:url';
import remapping, { type EncodedSourceMap } from '@jridgewell/remapping';
import { fileError } from '../files/file-error.ts';
import { givenMap, MAP_COMMENT } from '../files/given-map.ts';
import { type Rewritten, withMap } from '../files/rewrite.ts';
import type { TransformedSource } from './jest.types.ts';

/** Jest resolves sources as paths. */
const asPath = (source: string | null): string | null => (source?.startsWith('file:') ? fileURLToPath(source) : source);

function withoutInlineMap(code: string): string {
  const at = code.lastIndexOf(`${MAP_COMMENT}data:`);
  return at < 0 ? code : code.slice(0, at).trimEnd();
}

/**
 * What runs: the compiler's output with the map that leads from it, through the rewritten file, to the source.
 *
 * @throws PanopticFileError `PAN1402` when the compiler has compiled something else
 */
export function finish(
  rewritten: Rewritten,
  { code, map: own }: TransformedSource,
  compiler: string,
): TransformedSource {
  const { path, source, ids, place } = rewritten;
  if (!ids.every((id) => code.includes(id))) {
    const message = `${compiler} does not compile the text that it is given, but another.`;
    throw fileError({ code: 'PAN1402', message }, source, place.file);
  }
  const theirs: EncodedSourceMap | undefined =
    (typeof own === 'string' ? JSON.parse(own) : own) ?? givenMap(path, code);
  const ours: EncodedSourceMap = JSON.parse(rewritten.map);
  const whole = theirs?.sources.length === 1 ? remapping([theirs, ours], () => null) : ours;
  const map = { ...whole, sources: whole.sources.map(asPath) };
  return { code: withMap(withoutInlineMap(code), JSON.stringify(map)), map };
}

/** Without a compiler the rewritten file runs as it is. */
export const uncompiled = ({ code, map }: Rewritten): TransformedSource => {
  const own = JSON.parse(map) as EncodedSourceMap;
  const mapped = { ...own, sources: own.sources.map(asPath) };
  return { code: withMap(code, JSON.stringify(mapped)), map: mapped };
};
