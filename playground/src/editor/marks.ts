import { type Extension, RangeSet, StateEffect, type StateEffectType, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';

/** A stretch of text, by UTF-16 offsets. */
export interface Span {
  from: number;
  to: number;
}

export interface Marks {
  extension: Extension;
  /** Replaces all marks of this kind. The spans are of the document after the transaction. */
  set: StateEffectType<readonly Span[]>;
}

/** Marks with one class, which move with the text until they are set again. */
export function marks(className: string): Marks {
  const set = StateEffect.define<readonly Span[]>();
  const mark = Decoration.mark({ class: className });
  const field = StateField.define<DecorationSet>({
    create: () => RangeSet.empty,
    update(current, transaction) {
      const moved = current.map(transaction.changes);
      const given = transaction.effects.find((effect) => effect.is(set));
      if (!given) return moved;
      const spans: readonly Span[] = given.value;
      return RangeSet.of(
        spans.filter(({ from, to }) => from < to).map(({ from, to }) => mark.range(from, to)),
        true,
      );
    },
    provide: (own) => EditorView.decorations.from(own),
  });
  return { extension: field, set };
}
