import type { EditorView } from '@codemirror/view';

/** Brings the line at the top of one editor to the top of the other. Generated code keeps the line numbers of its source. */
function follow(leader: EditorView, follower: EditorView): void {
  const top = leader.scrollDOM.scrollTop;
  const block = leader.lineBlockAtHeight(top - leader.documentPadding.top);
  const number = Math.min(leader.state.doc.lineAt(block.from).number, follower.state.doc.lines);
  const target = follower.lineBlockAt(follower.state.doc.line(number).from);
  follower.scrollDOM.scrollTop = top + (target.top - block.top);
}

/** Two editors scroll as one, whichever the reader moves. Gives a function that parts them. */
export function scrollTogether(a: EditorView, b: EditorView): () => void {
  // The follower's own scroll event must not move the leader back.
  let echo: EditorView | undefined;
  const watch = (leader: EditorView, follower: EditorView) => {
    const onScroll = () => {
      if (echo === leader) {
        echo = undefined;
        return;
      }
      const before = follower.scrollDOM.scrollTop;
      follow(leader, follower);
      if (follower.scrollDOM.scrollTop !== before) echo = follower;
    };
    leader.scrollDOM.addEventListener('scroll', onScroll, { passive: true });
    return () => leader.scrollDOM.removeEventListener('scroll', onScroll);
  };
  const parts = [watch(a, b), watch(b, a)];
  return () => {
    for (const part of parts) part();
  };
}
