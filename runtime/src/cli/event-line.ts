import { styleText } from 'node:util';
import { oneLine } from '../diagnostics/one-line.ts';
import type { StoredDocument } from '../event/json.ts';
import type { Io } from './io.ts';
import { duration } from './report-table.ts';

/** One event for a person: time, what was called, how long, how much, for whom. */
export function eventLine(event: StoredDocument, { color }: Pick<Io, 'color'>): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    color ? styleText(style, oneLine(text), { validateStream: false }) : oneLine(text);
  const { ts, provider, model, service, quantity, unit, amount, currency, outcome, error, window, metadata } = event;
  const what = oneLine([provider, service, model].filter((part) => part !== undefined).join(' / '));
  const facts = [
    window === undefined ? undefined : `${window.count} calls`,
    oneLine(`${quantity} ${unit}`),
    amount === undefined ? undefined : `${amount} ${currency ?? ''}`.trim(),
    metadata.tenant_id === undefined ? undefined : oneLine(`tenant ${String(metadata.tenant_id)}`),
    outcome === 'ok'
      ? undefined
      : paint('red', [outcome, error?.type, firstLine(error?.message)].filter(Boolean).join(' ')),
  ].filter((fact) => fact !== undefined);
  const time = paint('dim', ts.toISOString());
  const took = duration(metadata.duration_ms).padStart(8);
  return `${time}  ${took}  ${paint('bold', metadata.function_name)}  ${what}  ${facts.join(', ')}`;
}

function firstLine(text: string | undefined): string | undefined {
  return text?.split('\n', 1)[0];
}
