import type { PinoOptions } from './pino-types.ts';

/** Somewhere to write lines to: a stream, or anything else with this method. */
export interface LineDestination {
  write(line: string): unknown;
}

/** A target of pino: a module that writes lines in a thread of its own. */
export interface LoggerTarget {
  /** A package, such as `pino-loki`, or the absolute path of a module. */
  target: string;
  options?: Readonly<Record<string, unknown>>;
}

/** As `transport` of pino. */
export type LoggerTransport =
  | (LoggerTarget & { worker?: object })
  | { pipeline: readonly LoggerTarget[]; worker?: object }
  | {
      targets: readonly ((LoggerTarget | { pipeline: readonly LoggerTarget[] }) & { level?: string })[];
      dedupe?: boolean;
      worker?: object;
    };

/** How the loggers of `getLogger`, `createLogger` and `createProviderLogger` write lines. */
export interface LoggerOptions {
  /**
   * Lowest level that is written; `silent` for none. Events are recorded at every level. Variable `PANOPTIC_LOGGER_LEVEL`.
   * @default 'info'
   */
  level?: string;
  /** Targets that write the lines in a thread of their own, as pino's option of that name. */
  transport?: LoggerTransport;
  /** Path of a file, number of a file descriptor, or a stream, in place of `transport`. @default stdout */
  destination?: string | number | LineDestination;
  /** Paths of what neither a line nor its event may say, as pino's option of that name. */
  redact?: readonly string[] | Readonly<{ paths: readonly string[]; censor?: unknown; remove?: boolean }>;
  /** All other options of pino: `base`, `mixin`, `serializers`, `formatters`, `customLevels`, … */
  pinoOptions?: Omit<PinoOptions, 'level' | 'transport' | 'redact'>;
}

/** A logger of the application: pino 9 or 10. What it is set to stays as it is. */
export interface ReadyLogger {
  level: string;
  readonly levels: { readonly values: Readonly<Record<string, number>> };
  isLevelEnabled(level: string): boolean;
  bindings(): object;
  child(bindings: object, options?: object): unknown;
}
