/** Starts an edge of two workers as on a system that can't share ports: `node edge-workers-program.ts CONFIGURATION`. */

import { loadConfiguration } from '../dist/configuration/index.js'
import { FileRecorder } from '../dist/configuration/reading/file-recorder.js'
import { createLogger } from '../dist/service/log/logger.js'
import { reservePort } from '../dist/service/workers/reserve-port.js'
import { startWorkers } from '../dist/service/workers/start-workers.js'
import { createLoggedTelemetry } from '../dist/telemetry/observer.js'

const recorder = new FileRecorder()
const { readFile } = recorder
const [file = ''] = process.argv.slice(2)
const configuration = loadConfiguration(file, { environment: {}, readFile })
const log = createLogger('info')
const edge = await startWorkers(configuration, {
  snapshot: recorder.takeSnapshot(configuration.file, new Date()),
  log,
  telemetry: createLoggedTelemetry(log),
  level: 'info',
  describeMore: () => ({}),
  async reserve(address) {
    const { host, port } = await reservePort(address)
    return { host, port }
  },
})
process.once('SIGTERM', () => edge.stop())
