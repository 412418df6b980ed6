import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { BUILD_CODES, PanopticBuildError } from './build-error.ts';
import type { PackageJson, PackageOf } from './package-of.ts';

export const RUNTIME = '@panoptic/runtime';
/** The one import of generated code. */
export const INSTRUMENT = '@panoptic/runtime/instrument';
/** That of code which records in a browser. */
export const INSTRUMENT_CLIENT = '@panoptic/runtime/instrument/client';
/** Either of them. */
export const IS_INSTRUMENT: RegExp = /^@panoptic\/runtime\/instrument(?:\/client)?$/;
/** Optional peer of the runtime. A whole bundle is made without it where it is not installed. */
export const DRIVER = 'mongodb';
/** Versions whose `instrument` runs the code this plugin generates: the peer range of the package. */
export const RUNTIME_RANGE = '^0.1.0';

const INSTALL = `npm install ${RUNTIME}`;

/** Below 1.0.0 a caret holds the minor version still; from 1.0.0 on the major version. */
function inRange(version: string): boolean {
  const [major, minor, patch] = version.split(/[.+-]/).map(Number);
  const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = RUNTIME_RANGE.slice(1).split('.').map(Number);
  if (major !== wantedMajor || minor === undefined || patch === undefined) return false;
  if (major > 0) return minor > wantedMinor || (minor === wantedMinor && patch >= wantedPatch);
  return minor === wantedMinor && patch >= wantedPatch;
}

/**
 * Fails a build whose generated code could not run.
 *
 * @param root folder of the application's `package.json`
 * @throws PanopticBuildError `PAN2101` when the runtime cannot be resolved, `PAN2102` when its version does not fit
 */
export function checkRuntimeInstalled(root: string): void {
  let file: string;
  try {
    file = createRequire(path.join(root, 'package.json')).resolve(`${RUNTIME}/package.json`);
  } catch {
    throw new PanopticBuildError(
      BUILD_CODES.runtimeMissing,
      `${RUNTIME} is not installed in ${root}, and the code this build makes imports it. Run: ${INSTALL}`,
    );
  }
  const { version = 'unknown' } = JSON.parse(readFileSync(file, 'utf8')) as PackageJson;
  if (inRange(version)) return;
  throw new PanopticBuildError(
    BUILD_CODES.runtimeVersion,
    `${RUNTIME} ${version} in ${root} does not fit this version of @panoptic/plugin, which needs ${RUNTIME_RANGE}. Run: ${INSTALL}@${RUNTIME_RANGE}`,
  );
}

/**
 * Tells whether the runtime is still there after `npm ci --omit=dev`. A peer that npm installed by itself for the plugin
 * is marked `dev` and vanishes, so being resolvable now says nothing.
 */
export function keepsRuntime({ json }: PackageOf): boolean {
  return [json.dependencies, json.optionalDependencies, json.peerDependencies].some((list) => list && RUNTIME in list);
}

/** For a bundle that imports the runtime, of an application that does not keep it. Code `PAN2103`. */
export function runtimeNotKept({ root, json }: PackageOf): PanopticBuildError {
  const found = json.devDependencies && RUNTIME in json.devDependencies ? 'only in its devDependencies' : 'not there';
  return new PanopticBuildError(
    BUILD_CODES.runtimeNotOwnDependency,
    `This bundle imports ${RUNTIME} when it runs, so the package needs it in its own "dependencies"; in ${path.join(root, 'package.json')} it is ${found}. ` +
      `A production install (npm ci --omit=dev) would leave it out and the application would not start. Run: ${INSTALL}`,
  );
}
