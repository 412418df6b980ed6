import type { Document } from 'mongodb';

/** MongoDB takes 1,000 stages in a pipeline, and as many again in each pipeline inside it. */
const WIDTH = 400;

/**
 * Stages that add, after what the first collection gave, what each of the others gives.
 *
 * @param pipeline stages over each collection
 * @param width collections joined by one pipeline; beyond that they are joined in groups
 */
export function unionStages(
  collections: readonly string[],
  pipeline: readonly Document[],
  width: number = WIDTH,
): Document[] {
  const groups = Math.ceil(collections.length / width);
  if (groups <= 1) return collections.map((coll) => ({ $unionWith: { coll, pipeline } }));
  return Array.from({ length: groups }, (_, group) => {
    const [coll, ...others] = collections.slice(group * width, (group + 1) * width);
    return { $unionWith: { coll, pipeline: [...pipeline, ...unionStages(others, pipeline, width)] } };
  });
}
