/** What we use of a logger of pino, whatever its version and levels. */
export interface PinoLogger {
  level: string;
  readonly levelVal: number;
  readonly levels: {
    readonly labels: Readonly<Record<number, string>>;
    readonly values: Readonly<Record<string, number>>;
  };
  child(bindings: object, options?: object): PinoLogger;
}
