/**
 * Loaded into a process before its program (`--import`): writes the turns of its event loop that take long into the file that the
 * environment names, a line each.
 */
import { appendFileSync } from 'node:fs'
import { watchTurns } from './turns.ts'

/** Milliseconds. */
const LONG = 2

const file = process.env.MTLS_EDGE_BENCH_TURNS
if (file !== undefined) {
  watchTurns((took) => {
    if (took > LONG) appendFileSync(file, `${process.pid} ${Date.now()} ${took.toFixed(1)}\n`)
  })
}
