import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Folder of the package that a module is of; undefined for our own. */
const packageOf = (id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(id)?.[0];

const licenseOf = (folder) => {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)/i.test(entry));
  if (file === undefined) throw new Error(`${name} is bundled, and its license is in no file of it`);
  return `${name} ${version} (${license})\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}\n`;
};

/** Puts the licenses of the packages whose code is in a build beside it: they ask for that. */
export const licenses = (fileName) => ({
  name: 'licenses',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((chunk) => Object.keys(chunk.modules ?? {}));
    const folders = [...new Set(modules.map(packageOf))].filter((folder) => folder !== undefined).sort();
    if (folders.length === 0) return;
    const source = `This build contains code of these packages.\n\n${folders.map(licenseOf).join(`\n${'-'.repeat(80)}\n\n`)}`;
    this.emitFile({ type: 'asset', fileName, source });
  },
});
