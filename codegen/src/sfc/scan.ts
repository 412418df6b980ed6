import { behind, closeBrace } from './braces.ts';
import type { ComponentKind } from './kind.ts';
import { readTag, type Tag } from './tag.ts';

/** One script of a component; `start` and `end` are UTF-16 offsets of its content in the component. */
export interface ScriptBlock {
  readonly start: number;
  readonly end: number;
  /** The attribute `lang` in lower case; '' where there is none. */
  readonly lang: string;
}

/**
 * The scripts of a component that its compiler makes code of, in order: those at the root, not those in markup, in
 * comments or in expressions, and not one whose content is in another file (`src`), which is a module of its own.
 */
export function scanScripts(source: string, kind: ComponentKind): ScriptBlock[] {
  const scripts: ScriptBlock[] = [];
  const note = (tag: Tag, end: number): void => {
    if (tag.name !== 'script' || tag.attributes.has('src')) return;
    scripts.push({ start: tag.end, end, lang: (tag.attributes.get('lang') ?? '').toLowerCase() });
  };
  if (kind === 'vue') scanVue(source, note);
  else scanSvelte(source, note);
  return scripts;
}

type Note = (tag: Tag, end: number) => void;

/** At the root of a Vue component everything is text up to its end tag, except a template in HTML. */
function scanVue(source: string, note: Note): void {
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('<', at);
    if (open < 0) return;
    at = behindComment(source, open) ?? open + 1;
    if (at > open + 1) continue;
    const tag = readTag(source, open, false);
    if (tag === undefined) continue;
    at = tag.end;
    if (tag.selfClosing) continue;
    const lang = tag.attributes.get('lang') || 'html';
    if (tag.name === 'template' && lang === 'html') at = behindTemplate(source, tag.end);
    else {
      const end = textEnd(source, tag);
      note(tag, end);
      at = behind(source, '>', end);
    }
  }
}

/** Offset behind the `</template>` that ends a template, which may hold others. */
function behindTemplate(source: string, from: number): number {
  let depth = 1;
  let at = from;
  while (at < source.length) {
    if (source.startsWith('{{', at)) {
      const end = source.indexOf('}}', at);
      at = end < 0 ? at + 2 : end + 2;
      continue;
    }
    if (source[at] !== '<') {
      at++;
      continue;
    }
    const comment = behindComment(source, at);
    if (comment !== undefined) at = comment;
    else if (/^<\/template[\s/>]/i.test(source.slice(at, at + 11))) {
      at = behind(source, '>', at);
      if (--depth === 0) return at;
    } else {
      const tag = readTag(source, at, false);
      at = tag?.end ?? at + 1;
      if (tag === undefined || tag.selfClosing) continue;
      if (tag.name === 'template') depth++;
      else if (RAW.has(tag.name)) at = behind(source, '>', textEnd(source, tag));
    }
  }
  return at;
}

/** In a Svelte component scripts stand between the elements of the markup, which may hold scripts of the page. */
function scanSvelte(source: string, note: Note): void {
  const open: string[] = [];
  let at = 0;
  while (at < source.length) {
    if (source[at] === '{') {
      const block = /^[#/]/.exec(source.slice(at + 1).trimStart())?.[0];
      if (block === '#') open.push('{');
      else if (block === '/') close(open, '{');
      at = closeBrace(source, at) ?? at + 1;
      continue;
    }
    if (source[at] !== '<') {
      at++;
      continue;
    }
    const comment = behindComment(source, at);
    if (comment !== undefined) {
      at = comment;
      continue;
    }
    const end = /^<\/([^\s/>]+)/.exec(source.slice(at, at + 100))?.[1];
    if (end !== undefined) {
      close(open, end);
      at = behind(source, '>', at);
      continue;
    }
    const tag = readTag(source, at, true);
    at = tag?.end ?? at + 1;
    if (tag === undefined || tag.selfClosing || VOID.has(tag.name.toLowerCase())) continue;
    if (tag.name === 'script' || tag.name === 'style') {
      const textStop = textEnd(source, tag);
      if (open.length === 0) note(tag, textStop);
      at = behind(source, '>', textStop);
    } else if (tag.name === 'textarea') at = behind(source, '>', textEnd(source, tag));
    else open.push(tag.name);
  }
}

/** An end tag closes the elements inside that were left open, such as list items. */
function close(open: string[], name: string): void {
  const index = open.lastIndexOf(name);
  if (index >= 0) open.length = index;
}

const behindComment = (source: string, at: number): number | undefined =>
  source.startsWith('<!--', at) ? behind(source, '-->', at + 4) : undefined;

/** Offset of the end tag of an element whose content is text, even in a string of a script. */
function textEnd(source: string, tag: Tag): number {
  const pattern = new RegExp(`</${tag.name.replaceAll(/[^\w-]/g, '\\$&')}(?=[\\s/>])`, 'gi');
  pattern.lastIndex = tag.end;
  return pattern.exec(source)?.index ?? source.length;
}

/** Elements whose content is text. */
const RAW: ReadonlySet<string> = new Set(['script', 'style', 'textarea', 'title']);

/** Elements that have no end tag. */
const VOID: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr !doctype'.split(' '),
);
