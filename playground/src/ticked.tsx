import type { JSX } from 'preact';

/** The parts of a text in which `backticks` mark code: text and code by turns, text first. */
export const ticked = (text: string): string[] => text.split('`');

/** The same for the page. */
export const Ticked = ({ text }: { text: string }): JSX.Element => (
  <>{ticked(text).map((part, index) => (index % 2 === 1 ? <code key={part}>{part}</code> : part))}</>
);
