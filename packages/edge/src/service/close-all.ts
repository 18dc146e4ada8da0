/**
 * Closes one after the other, in this order. One that fails keeps none of the others open; the first failure is thrown when
 * all were tried.
 */
export async function closeAll(closings: Iterable<() => Promise<void>>): Promise<void> {
  const failures: unknown[] = []
  for (const close of closings) {
    try {
      await close()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
