/**
 * A worker reads large files by itself, which costs a tenth of sending them. What is in force is what the primary read and judged, in all
 * workers alike: a file that was changed between the two reads, by chance or by somebody who watches for it, must not be taken.
 */
import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { issueCrl, openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { ALIAS, clients, request, servers, withCrls } from './edge-stage.ts'
import { startWorkerStage } from './worker-stage.ts'

/** A file of half a megabyte. */
const ENTRIES = 15_000

const client = clients.client()
const rootCrl = issueCrl({ issuer: clients.root }).pem

/** Lists of one size, whoever is revoked: what differs is seen by nothing but the content. */
const listOf = (isRevoked: boolean): string =>
  issueCrl({
    issuer: clients.intermediate,
    bulk: ENTRIES,
    revoked: [{ serialNumber: isRevoked ? client : clients.client() }],
  }).pem

/** What stands on the disk when the worker is told of a list that does, or does not, revoke the client. */
const onDisk: Readonly<Record<string, (list: string) => (isRevoked: boolean) => string | null>> = {
  'the same': (list) => () => list,
  'a list that says the contrary': () => (isRevoked) => listOf(!isRevoked),
  'half of it': (list) => () => list.slice(0, list.length / 2),
  nothing: () => () => null,
}

for (const [what, choose] of Object.entries(onDisk)) {
  t.test(`what the primary read is in force where the disk has ${what}`, async (t) => {
    const files = { 'root.crl': rootCrl, 'clients.crl': listOf(false) }
    const { worker, snapshot, port, file } = await startWorkerStage(
      t,
      withCrls('root.crl', 'clients.crl'),
      { files },
    )
    const path = join(dirname(file), 'clients.crl')
    const ask = async (): Promise<number> => {
      const certificate = client
      const way = { port, servername: ALIAS, ca: servers.root.pem, certificate }
      const connection = await openTlsConnection(way)
      const { status } = await connection.request(request('POST /oauth/token'))
      connection.destroy()
      return status
    }
    t.equal(await ask(), 200)
    for (const isRevoked of [true, false]) {
      const list = listOf(isRevoked)
      const content = choose(list)(isRevoked)
      if (content === null) await rm(path, { force: true })
      else await writeFile(path, content)
      const contents = new Map([...snapshot.contents, [path, Buffer.from(list)]])
      worker.prepare(contents)
      await worker.update({ ...snapshot, contents })
      t.equal(await ask(), isRevoked ? 401 : 200)
    }
  })
}
