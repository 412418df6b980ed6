import { readFileSync } from 'node:fs';

const CONFIGURES = /@panoptic\/runtime(?:\/client)?['"]/;

/** Whether one of these modules of the application calls `createPanoptic`, by its text: it may be in any language. */
export function configuresDelivery(ids: Iterable<string>): boolean {
  const files = new Set([...ids].map((id) => id.replace(/[?#].*$/, '')));
  for (const file of files) {
    if (/^\0|[\\/]node_modules[\\/]/.test(file)) continue;
    const text = read(file);
    if (text.includes('createPanoptic') && CONFIGURES.test(text)) return true;
  }
  return false;
}

/** Not every module is a file. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
