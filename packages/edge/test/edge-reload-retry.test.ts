import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { loadConfiguration } from '@mtls-edge/edge'
import { pino } from 'pino'
import t from 'tap'
import { FileRecorder } from '../dist/configuration/reading/file-recorder.js'
import { createConfigurationStatus } from '../dist/service/reload/status.js'
import { watchConfiguration } from '../dist/service/reload/watch.js'
import { change, ENVIRONMENT, FILES, GOOD } from './configuration-fixture.ts'

/** More than two retries take on a busy machine, in milliseconds. */
const PATIENCE = 60_000

t.test('takes a change that failed for a passing reason once the reason has passed', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-edge-retry-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const file = join(directory, 'edge.yaml')
  await mkdir(join(directory, 'certs'))
  await writeFile(file, GOOD)
  for (const [name, content] of Object.entries(FILES))
    await writeFile(join(directory, name), content)

  const recorder = new FileRecorder()
  const configuration = loadConfiguration(file, {
    environment: ENVIRONMENT,
    readFile: recorder.readFile,
  })
  const lines: string[] = []
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line).event) })
  const status = createConfigurationStatus()
  const results: string[] = []
  // No worker can be reached, as where the system has no memory left: the file is as it was when that has passed.
  let isPassing = false
  const applied: (string | null)[] = []
  let attempts = 0
  const watch = watchConfiguration({
    configuration,
    recorder,
    environment: ENVIRONMENT,
    status,
    log,
    observer: { reload: ({ result }) => results.push(result) },
    apply: async ({ domains: [domain] }) => {
      attempts += 1
      if (!isPassing) throw new Error('no worker answers')
      applied.push(domain?.auth0.clientIpHeader ?? null)
    },
  })
  t.teardown(() => watch.close())
  const until = async (isSo: () => boolean): Promise<void> => {
    const deadline = performance.now() + PATIENCE
    while (!isSo()) {
      if (performance.now() > deadline) throw new Error(`not so: ${lines.join()}`)
      await pause(20)
    }
  }

  await writeFile(file, change('true-client-ip', 'cf-connecting-ip'))
  await until(() => status.describe().state === 'refused')
  const attemptsBefore = attempts
  await until(() => attempts > attemptsBefore)
  t.same(lines, ['configuration_refused'], 'said once, however often it fails')
  isPassing = true
  await until(() => status.describe().state === 'ready')
  t.same(applied, ['cf-connecting-ip'])
  t.same(lines, ['configuration_refused', 'configuration_loaded'])
  t.same(results, ['refused', 'accepted'])
})
