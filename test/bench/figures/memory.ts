import { runAb } from '../drive/ab.ts'
import { startClient } from '../drive/run-client.ts'
import type { Gateway } from '../gateways/gateway.ts'
import { startContender } from '../stage/contenders.ts'
import { memoryOf } from '../stage/process-tree.ts'
import { type StageOptions, setStage } from '../stage/stage.ts'
import { type Figure, type Row, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

/** What a process does before: less than any day of its life, and enough for what is made once to be there. */
const BEFORE = { requests: 200, concurrency: 4, isKept: true }

/**
 * Memory of a connection with a client certificate that has done one request and lies idle, in a process that was started for
 * it: one that has held connections before would take what those left behind, and seem to need less. The collectors of Node and Go
 * do not run for it: what they have yet to free counts.
 */
export async function measureIdleMemory(
  options: StageOptions,
  gateways: readonly Gateway[],
  { idle }: Plan,
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const connections of idle) {
    const rows: Row[] = []
    for (const gateway of gateways)
      rows.push(rowOf(gateway.name, [await measureFresh(options, gateway, connections)]))
    const title = `Memory of an idle mTLS connection, ${connections.toLocaleString('en')} of them, fresh process`
    figures.push({ id: `idle-${connections}`, title, unit: 'kB', rows })
  }
  return figures
}

async function measureFresh(
  options: StageOptions,
  gateway: Gateway,
  connections: number,
): Promise<number> {
  const stage = await setStage(options)
  try {
    const { running } = await startContender(stage, gateway)
    await runAb(stage, running.port, BEFORE)
    const before = memoryOf(running.pid)
    const client = await startClient(stage, { mode: 'idle', port: running.port, connections })
    const perConnection = (memoryOf(running.pid) - before) / connections / 1000
    await client.end()
    return perConnection
  } finally {
    await stage.close()
  }
}
