import { Writable } from 'node:stream'
import type { RegistryStore } from '@mtls-edge/cert-registry'
import { loadConfiguration } from '@mtls-edge/edge'
import { pino } from 'pino'
import { type AdminServer, startAdminServer } from '../dist/admin/index.js'
import { TOKEN } from './admin-stage.ts'
import { writeStageFiles } from './edge-stage.ts'

const notAsked = (): never => {
  throw new Error('nobody asks for this here')
}

/** Starts the admin listener alone, over a store that is handed in: an edge that serves is not needed to look at the store. */
export async function startAdminOver(
  t: Parameters<typeof writeStageFiles>[0],
  store: RegistryStore,
): Promise<AdminServer> {
  const settings = {
    registry: 'sqlite:registry.db',
    admin: { host: '127.0.0.1', port: 0, token: TOKEN },
  }
  const { file } = await writeStageFiles(t, (domain) => domain, { settings })
  const configuration = loadConfiguration(file, { environment: {} })
  if (configuration.admin === null) throw new Error('there is no admin listener')
  const context = {
    store,
    configuration: () => configuration,
    nextStart: () => [],
    describeParts: () => ({}),
    describeActivity: notAsked,
    listFetched: () => [],
    log: pino({ base: null }, new Writable({ write: (_chunk, _encoding, done) => done() })),
  }
  const server = await startAdminServer(configuration.admin, context, '0.0.0')
  t.teardown(() => server.close())
  return server
}
