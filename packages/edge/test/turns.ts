import { setImmediate } from 'node:timers/promises'

/** How often others have their turn while this goes on. */
export async function countTurns(work: Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const others = (async () => {
    for (; !isOver; turns++) await setImmediate()
  })()
  await work.finally(() => {
    isOver = true
  })
  await others
  return turns
}
