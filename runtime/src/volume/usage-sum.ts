import { isRecord } from '../event/plain.ts';
import { formatDecimal } from '../query/decimal.ts';
import { ExactSum } from './exact-sum.ts';

/** A usage in which each number is a sum; what else it holds is the same in all calls. */
type Node = ExactSum | Map<string, Node> | Node[] | string | boolean | null;

/** The sums of usages that have the same `skeleton`. */
export class UsageSum {
  #root: Node = null;

  add(usage: unknown): void {
    this.#root = added(this.#root, usage);
  }

  /** Undefined where no call had one. */
  get total(): unknown {
    return toPlain(this.#root) ?? undefined;
  }
}

/**
 * What usages must have in common to be added up: everything but the numbers. Undefined for one with a number that no
 * event can hold.
 */
export function skeleton(usage: unknown): unknown {
  let isWhole = true;
  const text = (value: unknown): unknown => {
    if (typeof value === 'number') isWhole &&= Number.isFinite(value);
    if (typeof value === 'number' || typeof value === 'bigint' || value === undefined) return null;
    if (Array.isArray(value)) return value.map(text);
    if (!isRecord(value)) return value;
    const members = Object.entries(value).map(([key, member]) => [key, text(member)] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== null));
  };
  const common = text(usage);
  return isWhole ? common : undefined;
}

function added(node: Node, value: unknown): Node {
  if (typeof value === 'number' || typeof value === 'bigint') {
    const sum = node instanceof ExactSum ? node : new ExactSum();
    sum.add(Number(value));
    return sum;
  }
  if (Array.isArray(value)) {
    const list = Array.isArray(node) ? node : [];
    for (const [index, member] of value.entries()) list[index] = added(list[index] ?? null, member);
    return list;
  }
  if (isRecord(value)) {
    const members = node instanceof Map ? node : new Map<string, Node>();
    for (const key of Object.keys(value)) members.set(key, added(members.get(key) ?? null, value[key]));
    return members;
  }
  return typeof value === 'string' || typeof value === 'boolean' ? value : node;
}

function toPlain(node: Node): unknown {
  if (node instanceof ExactSum) return Number(formatDecimal(node.total));
  if (node instanceof Map) return Object.fromEntries([...node].map(([key, member]) => [key, toPlain(member)]));
  return Array.isArray(node) ? node.map(toPlain) : node;
}
