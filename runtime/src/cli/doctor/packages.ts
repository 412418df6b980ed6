import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Config } from '../../config/options.ts';
import { runtimeVersion } from '../version.ts';
import { type Check, ok, problem, warning } from './check.ts';

const RUNTIME = '@panoptic/runtime';

/** Versions of Node and of our packages, and whether the runtime will be there in production. */
export function checkPackages({ projectRoot }: Config, nodeVersion: string = process.versions.node): Check[] {
  return [checkNode(nodeVersion), checkDependency(projectRoot), ...checkVersions(projectRoot)];
}

/** As `engines` of package.json. */
function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (supported) return ok('packages', `Node ${version}.`);
  const advice = 'Install Node 20.19 or later, or 22.12 or later.';
  return problem('packages', 'PAN6143', `Node ${version} is not supported.`, { advice });
}

/** An application that has the runtime only through a peer or a development dependency does not start in production. */
function checkDependency(root: string): Check {
  const manifest = readJson(path.join(root, 'package.json'));
  if (manifest === undefined) return ok('packages', `No package.json in ${root}: nothing to say about dependencies.`);
  const { dependencies = {}, devDependencies = {}, name } = manifest as Record<string, Record<string, string>>;
  if (String(name) === RUNTIME || RUNTIME in dependencies) return ok('packages', `${RUNTIME} is in dependencies.`);
  const help = {
    advice: 'It has to be in dependencies, unless the build bundles it.',
    command: `npm install ${RUNTIME}`,
  };
  if (RUNTIME in devDependencies) {
    const message = `${RUNTIME} is in devDependencies of ${root}: it is missing in production.`;
    return problem('packages', 'PAN6144', message, help);
  }
  return warning('packages', 'PAN6144', `${RUNTIME} is not in dependencies of ${root}.`, help);
}

/** Generated code and the runtime it talks to are released together. */
function checkVersions(root: string): Check[] {
  const own = runtimeVersion();
  const installed = ['runtime', 'codegen', 'plugin'].flatMap((name) => {
    const version = installedVersion(`@panoptic/${name}`, root);
    return version === undefined ? [] : [{ name: `@panoptic/${name}`, version }];
  });
  const others = installed.filter(({ version }) => version !== own);
  const list = installed.map(({ name, version }) => `${name} ${version}`).join(', ');
  if (others.length === 0) return [ok('packages', list === '' ? `This is ${RUNTIME} ${own}.` : `${list}.`)];
  const help = {
    advice: 'Install them in one version, and build again.',
    command: `npm install ${installed.map(({ name }) => `${name}@${own}`).join(' ')}`,
  };
  return [warning('packages', 'PAN6145', `Versions differ: this command is ${own}, installed are ${list}.`, help)];
}

function installedVersion(name: string, root: string): string | undefined {
  try {
    const file = createRequire(path.join(root, 'noop.js')).resolve(`${name}/package.json`);
    return (readJson(file) as { version?: string } | undefined)?.version;
  } catch {
    return undefined;
  }
}

function readJson(file: string): object | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object;
  } catch {
    return undefined;
  }
}
