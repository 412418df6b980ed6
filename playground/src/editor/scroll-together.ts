import type { EditorView } from '@codemirror/view';

/** Brings the line at the top of one editor to the top of the other. Generated code keeps the line numbers of its source. */
function follow(leader: EditorView, follower: EditorView): void {
  const top = leader.scrollDOM.scrollTop;
  const block = leader.lineBlockAtHeight(top - leader.documentPadding.top);
  const number = Math.min(leader.state.doc.lineAt(block.from).number, follower.state.doc.lines);
  const target = follower.lineBlockAt(follower.state.doc.line(number).from);
  follower.scrollDOM.scrollTop = top + (target.top - block.top);
}

/**
 * The editors of source and generated code scroll as one, whichever the reader moves.
 *
 * @returns a function that parts them
 */
export function scrollTogether(source: EditorView, generated: EditorView): () => void {
  // Where each editor was put last. Its scroll event from there is our own echo: it comes a frame later, and may come
  // after the next event of the leader, so a mere flag would take one for the other.
  const put = new Map<EditorView, number>();
  const lead = (leader: EditorView, follower: EditorView) => {
    follow(leader, follower);
    // Read back, because the browser rounds and limits it.
    put.set(follower, follower.scrollDOM.scrollTop);
  };
  const watch = (leader: EditorView, follower: EditorView) => {
    const onScroll = () => {
      if (put.get(leader) === leader.scrollDOM.scrollTop) return;
      put.delete(leader);
      lead(leader, follower);
    };
    leader.scrollDOM.addEventListener('scroll', onScroll, { passive: true });
    return () => leader.scrollDOM.removeEventListener('scroll', onScroll);
  };
  const parts = [watch(source, generated), watch(generated, source)];
  // Code that was too short to be scrolled as far as its source may have grown, or wrap its lines now.
  const grown = new ResizeObserver(() => lead(source, generated));
  grown.observe(generated.contentDOM);
  return () => {
    grown.disconnect();
    for (const part of parts) part();
  };
}
