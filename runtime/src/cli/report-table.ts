import type { CostResult, CostRow, Dimension } from '../query/cost-query.ts';
import { type Column, renderTable } from './table.ts';

interface ReportColumn extends Column {
  cell(row: CostRow): string;
}

/** The report for people; null stands as `-`, an absent amount stays empty, and `~` before what is estimated. */
export function reportTable(result: CostResult, by: readonly Dimension[], width: number): string {
  const hasAmount = result.rows.some(({ amount }) => Object.keys(amount ?? {}).length > 0);
  const columns: ReportColumn[] = [
    ...by.map((dimension) => ({ title: dimension, cell: ({ key }: CostRow) => key[dimension] ?? '-' })),
    { title: 'calls', align: 'right', cell: estimated(({ calls }) => whole(calls)) },
    { title: 'errors', align: 'right', cell: estimated(({ errors }) => whole(errors)) },
    { title: 'p50', align: 'right', cell: ({ p50 }) => duration(p50) },
    { title: 'p95', align: 'right', cell: ({ p95 }) => duration(p95) },
    { title: 'quantity', align: 'right', cell: estimated(({ quantity }) => quantities(quantity)) },
    { title: 'tenants', align: 'right', cell: ({ tenants }) => count(tenants) },
  ];
  if (hasAmount) {
    columns.push({ title: 'amount', align: 'right', cell: estimated(({ amount }) => named(amount, money)) });
  }
  const rows = result.rows.map((row) => columns.map((column) => column.cell(row)));
  return renderTable(columns, rows, width);
}

/** Calls that were not recorded are in the sums of those that stand for them. */
const estimated =
  (cell: ReportColumn['cell']): ReportColumn['cell'] =>
  (row) => {
    const text = cell(row);
    return row.estimated && text !== '' && text !== '0' ? `~${text}` : text;
  };

/** ms in the unit that needs the fewest digits. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '-';
  if (ms < 1) return `${(ms * 1000).toFixed(0)} µs`;
  if (ms < 1000) return `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

function count(value: number | undefined): string {
  return (value ?? 0).toLocaleString('en-US', { maximumFractionDigits: 3 });
}

/** Estimates have fractions, calls have none. */
const whole = (calls: number | undefined): string => count(Math.round(calls ?? 0));

/** At least two decimals, and as many as the exact sum has up to 6: model calls cost fractions of a cent. */
function money(sum: string): string {
  const value = Number(sum);
  return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 });
}

/** The default unit is not spelled out: it would fill the column of every report. */
function quantities(sums: CostRow['quantity']): string {
  return named(sums, count).replaceAll(' execution', '');
}

function named<T>(sums: Readonly<Record<string, T>> | undefined, format: (sum: T) => string): string {
  return Object.entries(sums ?? {})
    .map(([name, sum]) => `${format(sum)} ${name}`.trim())
    .join(' + ');
}
