import type { Diagnostic as Squiggle } from '@codemirror/lint';
import type { Diagnostic } from '@panoptic/codegen';
import { ticked } from '../ticked.tsx';

function element(tag: string, className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  for (const [index, part] of ticked(text).entries()) {
    const place = index % 2 === 1 ? made.appendChild(document.createElement('code')) : made;
    place.append(part);
  }
  return made;
}

/** The text of a diagnostic as the editor's tooltip shows it. */
function tooltip({ code, message, why, fix }: Diagnostic): HTMLElement {
  const made = element('div', 'tip', '');
  made.append(element('p', 'tip-message', message));
  if (why) made.append(element('p', 'tip-why', why));
  if (fix) made.append(element('p', 'tip-fix', fix));
  made.append(element('p', 'tip-code', code));
  return made;
}

/** Diagnostics for the editor, cut to its document; an empty one takes the character before or after it, to be seen. */
export function squiggles(diagnostics: readonly Diagnostic[], length: number): Squiggle[] {
  return diagnostics.map((diagnostic) => {
    const start = Math.min(diagnostic.start, length);
    const end = Math.min(Math.max(diagnostic.end, start), length);
    const empty = start === end;
    const from = empty && end === length ? Math.max(0, start - 1) : start;
    const to = empty && end < length ? end + 1 : end;
    return {
      from,
      to,
      severity: diagnostic.severity,
      message: `${diagnostic.message} (${diagnostic.code})`,
      renderMessage: () => tooltip(diagnostic),
    };
  });
}
