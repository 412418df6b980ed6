import type { BillingEvent } from '../event/billing-event.ts';

type Cell = string | number | undefined;

/** Columns of an export: one value each, so that a spreadsheet or a FinOps tool needs no JSON; the rest stands in the last two. */
const COLUMNS: Readonly<Record<string, (event: BillingEvent) => Cell>> = {
  id: ({ _id }) => _id,
  ts: ({ ts }) => ts,
  project: ({ projectId }) => projectId,
  env: ({ env }) => env,
  username: ({ username }) => username,
  tenant: ({ metadata }) => scalar(metadata.tenant_id),
  user: ({ user }) => user,
  request: ({ metadata }) => scalar(metadata.request_id),
  category: ({ category }) => category,
  provider: ({ provider }) => provider,
  service: ({ service }) => service,
  resource: ({ resource }) => resource,
  model: ({ model }) => model,
  function: ({ metadata }) => metadata.function_name,
  quantity: ({ quantity }) => quantity,
  unit: ({ unit }) => unit,
  amount: ({ amount }) => (amount === undefined ? undefined : plainNumber(amount)),
  currency: ({ currency }) => currency,
  price_status: ({ price }) => price?.status,
  outcome: ({ outcome }) => outcome,
  error_type: ({ error }) => error?.type,
  error_message: ({ error }) => error?.message,
  duration_ms: ({ metadata }) => metadata.duration_ms,
  sample_rate: ({ sample_rate }) => sample_rate,
  calls: ({ window }) => window?.count ?? 1,
  tags: ({ tags }) => tags?.join(' '),
  commit: ({ commit }) => commit,
  usage_json: ({ usage }) => usage && JSON.stringify(usage),
  metadata_json: ({ metadata }) => JSON.stringify(metadata),
};

/** First line of the file. RFC 4180: lines end with CR LF. */
export const CSV_HEADER: string = `${Object.keys(COLUMNS).join(',')}\r\n`;

export function csvLine(event: BillingEvent): string {
  return `${Object.values(COLUMNS)
    .map((read) => csvCell(read(event)))
    .join(',')}\r\n`;
}

/** A text that a spreadsheet would run as a formula gets an apostrophe, which it shows as text: names come from requests. */
export function csvCell(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value === 'number' || isNumber(value)) return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

function scalar(value: unknown): Cell {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Decimal128 writes very small and very large numbers with an exponent, which not every reader of CSV takes for a number. */
function plainNumber(decimal: string): string {
  const [, sign = '', digits = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(decimal) ?? [];
  if (digits === '' || exponent === '0') return decimal;
  const all = digits + fraction;
  const point = digits.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${all}`;
  return point >= all.length
    ? sign + all + '0'.repeat(point - all.length)
    : `${sign}${all.slice(0, point)}.${all.slice(point)}`;
}
