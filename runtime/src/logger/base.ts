import type { CheckedLoggerOptions, LoggerSetting } from '../config/logger-options.ts';
import { billingLevels } from '../pino/levels.ts';
import { adopt } from './adopt.ts';
import { comparisonOf } from './comparison.ts';
import { refuseSetting } from './failure.ts';
import { LineStream } from './line-stream.ts';
import { loadPino } from './load-pino.ts';
import { openTarget } from './open-target.ts';
import type { PinoLogger } from './pino.types.ts';

/** The logger that all of ours are children of. Nobody else gets it. */
export interface Base {
  readonly root: PinoLogger;
  readonly lines: LineStream;
  /** Ends a thread or a file of our own. */
  readonly retire: () => Promise<void>;
}

/** @throws PanopticError when pino is missing, or refuses what it is given */
export function openBase(setting: LoggerSetting): Base {
  return setting.options === undefined ? adopt(setting.ready) : construct(setting.options);
}

function construct({ level, transport, destination, redact, pinoOptions = {} }: CheckedLoggerOptions): Base {
  const pino = loadPino();
  const customLevels = { ...billingLevels, ...pinoOptions.customLevels };
  const { target, retire } = openTarget(pino, { transport, destination, levels: customLevels });
  const { messageKey = 'msg', errorKey = 'err', nestedKey, levelComparison } = pinoOptions;
  const lines = new LineStream(target, {
    levels: customLevels,
    compare: comparisonOf(levelComparison),
    keys: { message: messageKey, error: errorKey, nested: nestedKey },
  });
  try {
    const options = { ...pinoOptions, level, customLevels, levelComparison: lines.enables, ...(redact && { redact }) };
    return { root: pino(options as object, lines) as unknown as PinoLogger, lines, retire };
  } catch (error) {
    void retire();
    throw refuseSetting('logger', error);
  }
}
