/** How many values there were up to each bound, the last one being for what is beyond all bounds. */
export const emptyBuckets = (bounds: readonly number[]): number[] => bounds.map(() => 0).concat(0)

/**
 * Counts a value in the first bucket whose bound it does not pass.
 *
 * @param bounds ascending, each the upper end of its bucket, which has it
 */
export function countInBucket(counts: number[], bounds: readonly number[], value: number): void {
  let index = 0
  while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1
  counts[index] = (counts[index] ?? 0) + 1
}
