import { setTimeout } from 'node:timers/promises'
import { startClient } from '../drive/run-client.ts'
import type { Contender } from '../stage/contenders.ts'
import { memoryOf } from '../stage/process-tree.ts'
import type { Stage } from '../stage/stage.ts'
import { type Figure, type Row, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

/** Time for closed connections to be let go, in milliseconds. */
const SETTLING = 1_500

/**
 * Memory of a connection with a client certificate that has done one request and lies idle. The collectors of Node and Go do
 * not run for it: what they have yet to free counts.
 */
export async function measureIdleMemory(
  stage: Stage,
  contenders: readonly Contender[],
  { idle }: Plan,
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const connections of idle) {
    const rows: Row[] = []
    for (const { name, running } of contenders) {
      const before = memoryOf(running.pid)
      const client = await startClient(stage, { mode: 'idle', port: running.port, connections })
      const perConnection = (memoryOf(running.pid) - before) / connections / 1000
      await client.end()
      await setTimeout(SETTLING)
      rows.push(rowOf(name, [perConnection]))
    }
    const title = `Memory of an idle mTLS connection, ${connections.toLocaleString('en')} of them`
    figures.push({ id: `idle-${connections}`, title, unit: 'kB', rows })
  }
  return figures
}
