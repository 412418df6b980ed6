import type { ComponentChildren, JSX } from 'preact';

interface PaneProps {
  /** Where the page's grid puts it; also the base of the heading's id. */
  area: string;
  title: string;
  /** Said after the title, quieter. */
  aside?: ComponentChildren;
  action?: ComponentChildren;
  children: ComponentChildren;
}

/** A titled region of the page. */
export function Pane({ area, title, aside, action, children }: PaneProps): JSX.Element {
  const heading = `${area}-title`;
  return (
    <section class={`pane pane-${area}`} style={{ gridArea: area }} aria-labelledby={heading}>
      <header class="pane-head">
        <h2 id={heading}>{title}</h2>
        {aside !== undefined && <span class="pane-aside">{aside}</span>}
        {action}
      </header>
      <div class="pane-body">{children}</div>
    </section>
  );
}
