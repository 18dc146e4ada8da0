// The whole edge inside a program of one's own: the same as `mtls-edge start`, with the log and the signals in your hands.
// Run: node examples/edge-from-file/start.ts edge.yaml
import { ConfigurationError, createLogger, loadConfiguration, startEdge } from '@mtls-edge/edge'

const [file = 'edge.yaml'] = process.argv.slice(2)
try {
  const configuration = loadConfiguration(file, { environment: process.env })
  const edge = await startEdge(configuration, { log: createLogger('info') })
  process.once('SIGTERM', () => edge.stop())
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error
  for (const { file, line, path, message, mend } of error.problems)
    console.error(`${file}:${line} ${path}: ${message}. ${mend}`)
  process.exitCode = 1
}
