import { COMPONENT_PIECE } from './components.ts';

/** Modules that are no source of their own: virtual ones, files asked for as text or address, declarations. */
export const NEVER: RegExp[] = [
  /\0/,
  /[?&](?:raw|url|inline|worker|sharedworker)\b/,
  /\.d\.[cm]?ts(?:[?#]|$)/,
  COMPONENT_PIECE,
];
