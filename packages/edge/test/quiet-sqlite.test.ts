import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import '../dist/command/quiet-sqlite.js'

t.test('of all warnings the one that SQLite is new is kept back', async (t) => {
  const seen: string[] = []
  const see = ({ message }: Error): unknown => seen.push(message)
  process.on('warning', see)
  t.teardown(() => process.off('warning', see))
  // Node 22's own words.
  process.emitWarning(
    'SQLite is an experimental feature and might change at any time',
    'ExperimentalWarning',
  )
  process.emitWarning('something else is new', 'ExperimentalWarning')
  process.emitWarning(new Error('a fault'))
  await setTimeout(20)
  t.same(seen, ['something else is new', 'a fault'])
})
