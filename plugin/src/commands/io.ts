import type { OwnProviders } from '@panoptic/codegen';

/** What `panoptic` of `@panoptic/runtime` hands to a command; that package declares the same shape on its side. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Absolute. */
  readonly cwd: string;
  readonly color: boolean;
  /** A plain text table as wide as the terminal allows. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): string;
}

export interface Output {
  write(text: string): unknown;
}

export interface Column {
  readonly title: string;
  /** Default left. */
  readonly align?: 'left' | 'right';
  /** The side a text loses when it is too long. Default `end`. */
  readonly cut?: 'start' | 'end';
}

/** Exit codes as `panoptic --help` documents them. */
export const EXIT = { ok: 0, findings: 1, usage: 2, missingPackage: 4 } as const;

/** Options of every command that reads annotations; they have to say what the build is told. */
export interface AnnotationOptions {
  /** Warnings count as errors. Default false. */
  readonly strict?: boolean;
  /** Providers of your own, as the plugin takes them. Default `{}`. */
  readonly providers?: OwnProviders;
}
