import { styleText } from 'node:util';

/** Colours a unified diff the way git does; without `color` it stays as it is. */
export function paintDiff(patch: string, color: boolean): string {
  if (!color) return patch;
  return patch.split('\n').map(paintLine).join('\n');
}

function paintLine(line: string): string {
  const style = styleOf(line);
  return style === undefined ? line : styleText(style, line, { validateStream: false });
}

function styleOf(line: string): Parameters<typeof styleText>[0] | undefined {
  if (line.startsWith('---') || line.startsWith('+++')) return 'bold';
  if (line.startsWith('@@')) return 'cyan';
  if (line.startsWith('+')) return 'green';
  return line.startsWith('-') ? 'red' : undefined;
}
