/** What the doctor found out about one thing. */
export interface Check {
  /** The part of the installation it belongs to. */
  readonly area: 'configuration' | 'packages' | 'mongodb' | 'http' | 'log';
  readonly level: 'ok' | 'warning' | 'problem';
  /** Stable; absent where all is well. */
  readonly code?: string;
  /** What is the case; holds no secret. */
  readonly message: string;
  /** What to do. */
  readonly advice?: string;
  /** What to type. */
  readonly command?: string;
}

type Area = Check['area'];
type Help = Pick<Check, 'advice' | 'command'>;

export const ok = (area: Area, message: string): Check => ({ area, level: 'ok', message });

export const warning = (area: Area, code: string, message: string, help: Help = {}): Check => ({
  area,
  level: 'warning',
  code,
  message,
  ...help,
});

export const problem = (area: Area, code: string, message: string, help: Help = {}): Check => ({
  area,
  level: 'problem',
  code,
  message,
  ...help,
});
