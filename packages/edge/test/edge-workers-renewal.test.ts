import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { loadConfiguration } from '@mtls-edge/edge'
import { issueCrl, visitTls } from '@mtls-edge/testkit'
import { pino } from 'pino'
import t from 'tap'
import { answerWorker, createOwnCounts } from '../dist/counting/index.js'
import type { SessionSecrets } from '../dist/front/index.js'
import { createSessionAuthority } from '../dist/resumption/session-authority.js'
import { FileRecorder } from '../dist/service/reload/file-recorder.js'
import { reservePort } from '../dist/service/workers/reserve-port.js'
import { startWorker } from '../dist/service/workers/worker-process.js'
import { ALIAS, clients, request, servers, writeStageFiles } from './edge-stage.ts'

const PROGRAM = fileURLToPath(new URL('../dist/service/workers/worker-main.js', import.meta.url))

/** Enough for a file that is read a few milliseconds at a time. */
const ENTRIES = 20_000

/** A ticket begins with it. */
const keyNameOf = ({ ticketKeys }: SessionSecrets): Uint8Array => ticketKeys.subarray(0, 16)

/**
 * A primary that makes new session secrets while a worker still reads the lists of an update: where the update put its own, older
 * secrets in force afterwards, this worker alone would take and hand out tickets that all others have given up.
 */
t.test('secrets made while a worker loads an update are in force after it', async (t) => {
  const { file } = await writeStageFiles(t, (domain) => ({ ...domain, resumption: 'safe' }))
  const recorder = new FileRecorder()
  const configuration = loadConfiguration(file, { environment: {}, readFile: recorder.readFile })
  const snapshot = recorder.takeSnapshot(configuration.file, new Date())
  cluster.setupPrimary({ exec: PROGRAM, args: [], serialization: 'advanced' })
  let onSecretsRead = (): void => {}
  const authority = createSessionAuthority({
    ...{ configuration, patience: 0, log: pino({ level: 'silent' }) },
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
  // Read, though nothing of the configuration names it: what takes time is what counts here.
  const { pem } = issueCrl({ issuer: clients.intermediate, bulk: ENTRIES })
  const contents = new Map([...snapshot.contents, ['/lists.crl', Buffer.from(pem)]])
  const before = authority.secrets.get(ALIAS)
  // Right behind what rests on the secrets of before.
  onSecretsRead = () => queueMicrotask(() => authority.renew(ALIAS, 'rotation'))
  await worker.update({ ...snapshot, contents })
  const after = authority.secrets.get(ALIAS)
  if (before === undefined || after === undefined) throw new Error('no secrets')
  const { session } = await visitTls({
    ...{ port: listen.port, servername: ALIAS, bytes: request('POST /oauth/token') },
    ...{ certificate: clients.client(), tls: { ca: servers.root.pem, maxVersion: 'TLSv1.2' } },
  })
  t.notSame(before.ticketKeys, after.ticketKeys)
  t.notOk(session.includes(keyNameOf(before)), 'no ticket of the secrets of before')
  t.ok(session.includes(keyNameOf(after)), 'a ticket of the secrets of now')
})
