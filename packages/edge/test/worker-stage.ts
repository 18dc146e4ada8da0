import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { loadConfiguration } from '@mtls-edge/edge'
import { pino } from 'pino'
import type { Test } from 'tap'
import { FileRecorder } from '../dist/configuration/reading/file-recorder.js'
import type { Snapshot } from '../dist/configuration/reading/snapshot.js'
import { answerWorker, createOwnCounts } from '../dist/counting/index.js'
import {
  createSessionAuthority,
  type SessionAuthority,
} from '../dist/resumption/session-authority.js'
import { reservePort } from '../dist/service/workers/reserve-port.js'
import { startWorker, type WorkerProcess } from '../dist/service/workers/worker-process.js'
import { type Domain, writeStageFiles } from './edge-stage.ts'

const PROGRAM = fileURLToPath(new URL('../dist/worker.js', import.meta.url))

/** One worker as a process of its own, with this process for its primary. */
export interface WorkerStage {
  readonly worker: WorkerProcess
  readonly authority: SessionAuthority
  /** What the worker was started with. */
  readonly snapshot: Snapshot
  readonly port: number
  /** The configuration file. */
  readonly file: string
}

/** @param onSecretsRead called when an update takes the session secrets along */
export async function startWorkerStage(
  t: Test,
  change: (domain: Domain) => object,
  { files = {}, onSecretsRead = () => {} }: StageOptions = {},
): Promise<WorkerStage> {
  const { file } = await writeStageFiles(t, change, { files })
  const recorder = new FileRecorder()
  const configuration = loadConfiguration(file, { environment: {}, readFile: recorder.readFile })
  const snapshot = recorder.takeSnapshot(configuration.file, new Date())
  cluster.setupPrimary({ exec: PROGRAM, args: [], serialization: 'advanced' })
  const authority = createSessionAuthority({
    configuration,
    patience: 0,
    log: pino({ level: 'silent' }),
    onRenewal: (secrets) => worker.renewSessions(secrets),
  })
  t.teardown(() => authority.close())
  const listen = await reservePort(configuration.listen)
  const worker = startWorker(
    { worker: 1, workers: 1, level: 'silent', snapshot, listen, secrets: authority.secrets },
    {
      authority: {
        ...authority,
        get secrets() {
          onSecretsRead()
          return authority.secrets
        },
      },
      counts: answerWorker(createOwnCounts()),
      onActivity() {},
    },
  )
  t.teardown(async () => {
    worker.kill()
    await worker.exited
  })
  await worker.ready
  return { worker, authority, snapshot, port: listen.port, file }
}

interface StageOptions {
  /** More files in the folder of the configuration. */
  readonly files?: Readonly<Record<string, string>>
  readonly onSecretsRead?: () => void
}
