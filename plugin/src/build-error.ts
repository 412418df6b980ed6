/**
 * What stops a build before or after its files are looked at.
 * (What is wrong in a file is a `Diagnostic` of `@panoptic/codegen`, with a line and a column.)
 */
export const BUILD_CODES = {
  badOption: 'PAN2001',
  badPackageJson: 'PAN2002',
  runtimeMissing: 'PAN2101',
  runtimeVersion: 'PAN2102',
  runtimeNotOwnDependency: 'PAN2103',
  vueMissing: 'PAN2104',
  componentLost: 'PAN2105',
  componentUnread: 'PAN2106',
  noEndpoint: 'PAN2107',
  notInBundler: 'PAN2108',
  bundlerTooOld: 'PAN2109',
} as const;

export type BuildCode = (typeof BUILD_CODES)[keyof typeof BUILD_CODES];

/** An error of the build with a stable code; its message says what happened, where, and what to do next. */
export class PanopticBuildError extends Error {
  readonly code: BuildCode;

  constructor(code: BuildCode, message: string) {
    super(`${code}: ${message}`);
    this.name = 'PanopticBuildError';
    this.code = code;
    // A stack into the plugin would only hide what the user has to do.
    this.stack = `${this.name}: ${this.message}`;
  }
}
