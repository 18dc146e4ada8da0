import { issueCrl, visitTls } from '@mtls-edge/testkit'
import t from 'tap'
import type { SessionSecrets } from '../dist/front/index.js'
import { ALIAS, clients, request, servers } from './edge-stage.ts'
import { startWorkerStage } from './worker-stage.ts'

/** Enough for a file that is read a few milliseconds at a time. */
const ENTRIES = 20_000

/** A ticket begins with it. */
const keyNameOf = ({ ticketKeys }: SessionSecrets): Uint8Array => ticketKeys.subarray(0, 16)

/**
 * A primary that makes new session secrets while a worker still reads the lists of an update: where the update put its own, older
 * secrets in force afterwards, this worker alone would take and hand out tickets that all others have given up.
 */
t.test('secrets made while a worker loads an update are in force after it', async (t) => {
  let onSecretsRead = (): void => {}
  const { worker, authority, snapshot, port } = await startWorkerStage(
    t,
    (domain) => ({ ...domain, resumption: 'safe' }),
    { onSecretsRead: () => onSecretsRead() },
  )
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
    port,
    servername: ALIAS,
    bytes: request('POST /oauth/token'),
    certificate: clients.client(),
    tls: { ca: servers.root.pem, maxVersion: 'TLSv1.2' },
  })
  t.notSame(before.ticketKeys, after.ticketKeys)
  t.notOk(session.includes(keyNameOf(before)), 'no ticket of the secrets of before')
  t.ok(session.includes(keyNameOf(after)), 'a ticket of the secrets of now')
})
