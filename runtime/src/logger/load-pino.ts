import { PanopticError } from '../config/error.ts';
import { requirePeer } from '../config/require-peer.ts';

export type Pino = typeof import('pino');

const INSTALL = 'npm install pino';

/**
 * The application's pino.
 * @throws PanopticError PAN4120 when it is not installed, or older than 9
 */
export function loadPino(): Pino {
  const pino = load();
  if (pino === undefined) {
    throw failure(
      `A logger needs pino 9 or 10: ${INSTALL}. Where that is in a bundle, or left out of a standalone server of Next, give createPanoptic a logger: pino().`,
    );
  }
  if (Number.parseInt(pino.version, 10) >= 9) return pino;
  throw failure(`pino ${pino.version} is too old for a logger, which needs 9 or 10: ${INSTALL}@latest.`);
}

function load(): Pino | undefined {
  try {
    return requirePeer('pino') as Pino | undefined;
  } catch (error) {
    throw failure(`pino does not load (${error instanceof Error ? error.message : error}): ${INSTALL}.`);
  }
}

const failure = (message: string): PanopticError => new PanopticError([{ code: 'PAN4120', name: 'pino', message }]);
