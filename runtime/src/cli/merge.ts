interface Head<T> {
  readonly key: string;
  readonly item: T;
  readonly rest: AsyncIterator<T>;
}

/**
 * One sorted stream out of many; holds one item of each. Keys that are equal come one after the other.
 * @param keyOf what each of the sources is sorted by
 */
export async function* merged<T>(sources: readonly AsyncIterable<T>[], keyOf: (item: T) => string): AsyncGenerator<T> {
  const heap: Head<T>[] = [];
  const pull = async (rest: AsyncIterator<T>): Promise<Head<T> | undefined> => {
    const { done, value } = await rest.next();
    return done ? undefined : { key: keyOf(value), item: value, rest };
  };
  for (const source of sources) {
    const head = await pull(source[Symbol.asyncIterator]());
    if (head === undefined) continue;
    heap.push(head);
    rise(heap, heap.length - 1);
  }
  for (let first = heap[0]; first !== undefined; first = heap[0]) {
    yield first.item;
    const next = (await pull(first.rest)) ?? heap.pop();
    if (next === undefined || next === first) return;
    heap[0] = next;
    sink(heap);
  }
}

function rise<T>(heap: Head<T>[], from: number): void {
  for (let at = from; at > 0; ) {
    const parent = (at - 1) >> 1;
    if (!swapIfLess(heap, at, parent)) return;
    at = parent;
  }
}

function sink<T>(heap: Head<T>[]): void {
  for (let at = 0; ; ) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
    const child = right !== undefined && left !== undefined && right.key < left.key ? 2 * at + 2 : 2 * at + 1;
    if (!swapIfLess(heap, child, at)) return;
    at = child;
  }
}

function swapIfLess<T>(heap: Head<T>[], lower: number, upper: number): boolean {
  const [a, b] = [heap[lower], heap[upper]];
  if (a === undefined || b === undefined || a.key >= b.key) return false;
  heap[lower] = b;
  heap[upper] = a;
  return true;
}
