import { pathToFileURL } from 'node:url';
import type { EncodedSourceMap } from '@jridgewell/remapping';
import { readText } from './read-text.ts';

/** What stands before the address of a source map. */
export const MAP_COMMENT = '//# sourceMappingURL=';

/** A source map that a compiler has left beside its output or in it; its sources are absolute addresses. */
export type GivenMap = EncodedSourceMap & { sources: string[] };

/** The text behind a `data:` address or of a file. */
function textAt(url: URL): string | undefined {
  if (url.protocol === 'file:') return readText(url);
  const [, base64, data = ''] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url.href) ?? [];
  return base64 === undefined ? decodeURIComponent(data) : Buffer.from(data, 'base64').toString();
}

/** Undefined where a file has none, or one that cannot be read: it is an aid, and its absence no mistake. */
export function givenMap(path: string, code: string): GivenMap | undefined {
  const at = code.lastIndexOf(MAP_COMMENT);
  const address = at < 0 ? undefined : /^\S+(?=\s*$)/.exec(code.slice(at + MAP_COMMENT.length))?.[0];
  if (address === undefined) return undefined;
  try {
    const file = pathToFileURL(path);
    const url = new URL(address, file);
    const map = JSON.parse(textAt(url) ?? 'null');
    if (map?.version !== 3 || !Array.isArray(map.sources) || typeof map.mappings !== 'string') return undefined;
    const { sourceRoot = '', ...rest } = map as GivenMap;
    const root = sourceRoot && `${sourceRoot.replace(/\/$/, '')}/`;
    const base = url.protocol === 'file:' ? url : file;
    return { ...rest, sources: rest.sources.map((source) => new URL(root + source, base).href) };
  } catch {
    return undefined;
  }
}
