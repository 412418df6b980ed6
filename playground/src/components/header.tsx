import type { ComponentChildren, JSX } from 'preact';
import icon from '../icon.svg';

export function Header({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <header class="top">
      <img class="top-icon" src={icon} width="26" height="26" alt="" />
      <h1>Panoptic playground</h1>
      <p class="top-about">Annotate a function, and read the code that will bill its calls.</p>
      {children}
    </header>
  );
}
