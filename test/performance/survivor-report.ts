// Loaded before the edge by --import, with --expose-gc: at SIGUSR2 it lets the collector take young garbage, prints how much stands
// in the old part of the heap, collects all of it, and prints that again, as lines of the log.
import { getHeapSpaceStatistics } from 'node:v8'

const { gc: collect } = globalThis
if (collect === undefined) throw new Error('needs --expose-gc')

/** In bytes; large objects have a space of their own. */
function oldBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => ['old_space', 'large_object_space'].includes(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0)
}

process.on('SIGUSR2', () => {
  // What survives twice is old.
  for (let times = 0; times < 3; times += 1) collect({ type: 'minor' })
  const survived = oldBytes()
  collect()
  console.log(JSON.stringify({ event: 'survivors', survived, kept: oldBytes() }))
})
