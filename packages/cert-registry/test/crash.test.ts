import t from 'tap'
import { killImports } from './crash-suite.ts'
import { onEachStore } from './stores.ts'

// `soak/crash.ts` is the same with 100,000 entries and more kills.
await onEachStore(t, async (t, place) => {
  await killImports(t, place, 5_000, [
    { batches: 0, delay: 0 },
    { batches: 1, delay: 0 },
    { batches: 2, delay: 20 },
  ])
})
