/** The content of one `<script>` element of a component; offsets are UTF-16, in the component. */
export interface ScriptBlock {
  readonly start: number;
  readonly end: number;
  /** As its `lang` says; `js` where it says nothing. */
  readonly lang: string;
}

/** Elements whose content is no markup; a script in any of the others is part of a page, not of the component. */
const RAW = new Set(['script', 'style']);

const OPENING = /<(?:!--|([A-Za-z][\w:.-]*))/g;

/**
 * The scripts at the top of a Vue or Svelte component. Written by hand, because only the compilers of the frameworks know
 * their templates, and nothing of a template has to be known to step over it.
 */
export function scriptBlocks(component: string): ScriptBlock[] {
  const blocks: ScriptBlock[] = [];
  let offset = 0;
  for (;;) {
    OPENING.lastIndex = offset;
    const opening = OPENING.exec(component);
    if (opening === null) return blocks;
    const [, name] = opening;
    if (name === undefined) {
      offset = after(component, '-->', opening.index);
      continue;
    }
    const tag = readTag(component, OPENING.lastIndex);
    const tagName = name.toLowerCase();
    if (tag.selfClosing) offset = tag.end;
    else if (RAW.has(tagName)) {
      const end = closing(component, tagName, tag.end);
      if (tagName === 'script') blocks.push({ start: tag.end, end, lang: tag.attributes.get('lang') ?? 'js' });
      offset = after(component, '>', end);
    } else offset = skips(tagName) ? behindElement(component, tagName, tag.end) : tag.end;
  }
}

/** Templates of Vue and the head of Svelte hold scripts of the page. */
const skips = (name: string): boolean => name === 'template' || name === 'svelte:head';

const after = (text: string, end: string, from: number): number => {
  const at = text.indexOf(end, from);
  return at < 0 ? text.length : at + end.length;
};

/** Where the end tag of a raw element begins. */
function closing(text: string, name: string, from: number): number {
  const end = new RegExp(`</${name}[\\s/>]`, 'gi');
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}

/** Behind the end of an element that may hold others of its name. */
function behindElement(text: string, name: string, from: number): number {
  const tags = new RegExp(`<!--|<(/?)${name}(?=[\\s/>])`, 'gi');
  tags.lastIndex = from;
  for (let depth = 1; ; ) {
    const found = tags.exec(text);
    if (found === null) return text.length;
    if (found[0] === '<!--') {
      tags.lastIndex = after(text, '-->', found.index);
      continue;
    }
    const { end, selfClosing } = readTag(text, tags.lastIndex);
    if (found[1] === '/') depth--;
    else if (!selfClosing) depth++;
    if (depth === 0) return end;
    tags.lastIndex = end;
  }
}

interface Tag {
  /** Behind its `>`. */
  readonly end: number;
  readonly selfClosing: boolean;
  readonly attributes: ReadonlyMap<string, string>;
}

const ATTRIBUTE = /([^\s"'<>/={}]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(\{[^}]*\}|[^\s"'<>{}]+)))?|\{[^}]*\}|\/?>|[\s\S]/g;

/** The rest of a start tag, from behind its name. A `>` in a quoted value or in braces does not end it. */
function readTag(text: string, from: number): Tag {
  const attributes = new Map<string, string>();
  ATTRIBUTE.lastIndex = from;
  for (;;) {
    const found = ATTRIBUTE.exec(text);
    if (found === null) return { end: text.length, selfClosing: false, attributes };
    const [part, name, double, single, bare] = found;
    if (part === '>' || part === '/>') return { end: ATTRIBUTE.lastIndex, selfClosing: part === '/>', attributes };
    if (name !== undefined) attributes.set(name.toLowerCase(), double ?? single ?? bare ?? '');
  }
}
