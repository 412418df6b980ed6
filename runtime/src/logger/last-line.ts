/** A stream with this property is told what it is about to be given: a public symbol of pino. */
export const METADATA: unique symbol = Symbol.for('pino.metadata');

/** What pino tells such a stream of each line. */
export interface LastLine {
  lastLevel: number;
  lastObj: object | undefined;
  lastMsg: string | undefined;
  lastTime: string;
  lastLogger: object | undefined;
}
