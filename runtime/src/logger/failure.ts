import { PanopticError } from '../config/error.ts';
import { messageText } from '../diagnostics/error-text.ts';

/** What pino has to say of an option, with the path it has here. */
export function refuseSetting(path: string, error: unknown): PanopticError {
  const said = messageText(error);
  return new PanopticError([{ code: 'PAN4123', name: path, message: `pino cannot use ${path}: ${said}.` }]);
}
