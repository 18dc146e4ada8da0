/**
 * What it costs to fetch CRLs and OCSP answers that are made to cost, from a server of this machine, with the limits that an edge has by
 * default: how long the event loop was held at the longest, and the memory that it took. Bound: 20 ms for a hold.
 *
 * Run: node --expose-gc test/bench/hostile-fetch.ts
 */
import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { createRevocationSource } from '@mtls-edge/cert-verifier'
import { readCertificate } from '@mtls-edge/path-validation'
import { createPki, issueCertificate } from '@mtls-edge/testkit'
import { HOSTILE_WAYS, hostileLists, hostileOcsp, serve } from './hostile-answers.ts'
import { watchTurns } from './turns.ts'

type Kind = 'crl' | 'ocsp'

const { root } = createPki()

async function measure(kind: Kind, title: string, what: Uint8Array | string): Promise<void> {
  const server = new Worker(new URL(import.meta.url), { workerData: what })
  const [port] = await once(server, 'message')
  const address = `http://127.0.0.1:${port}/`
  const client = issueCertificate({
    issuer: root,
    ...(kind === 'crl'
      ? { crlDistributionPoints: [address] }
      : { authorityInformationAccess: { ocsp: [address] } }),
  })
  const path = [readCertificate(client.der), readCertificate(root.der)]
  let failure = ''
  const source = createRevocationSource({
    fetch: [kind],
    allowHosts: ['127.0.0.1'],
    log: {
      info() {},
      warn: (fields) => {
        failure = 'reason' in fields ? String(fields.reason) : ''
      },
    },
  })
  globalThis.gc?.()
  const before = process.memoryUsage()
  let most = 0
  const turns = watchTurns(() => {
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    most = Math.max(most, heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers)
  })
  const cpu = process.threadCpuUsage()
  const start = performance.now()
  const question = { path, missing: path.slice(0, 1), authorities: path }
  await source.fetchMissing({ ...question, known: { mode: 'require', crls: [] } }, true)
  const took = performance.now() - start
  const { user, system } = process.threadCpuUsage(cpu)
  turns.stop()
  console.log(
    `${turns.longest > 20 ? '!' : ' '} longest hold ${turns.longest.toFixed(1).padStart(6)} ms, ${took.toFixed(0).padStart(5)} ms in all, ` +
      `CPU ${((user + system) / 1000).toFixed(0).padStart(5)} ms, ${(most / 1e6).toFixed(0).padStart(4)} MB  ${kind}, ${title}: ${failure || 'taken'}`,
  )
  source.close()
  await server.terminate()
}

if (isMainThread) {
  for (const [title, body] of Object.entries(hostileOcsp())) await measure('ocsp', title, body)
  for (const title of Object.keys(HOSTILE_WAYS)) await measure('crl', title, title)
  for (const [title, make] of Object.entries(hostileLists(root)))
    await measure('crl', title, make())
} else {
  const way = typeof workerData === 'string' ? HOSTILE_WAYS[workerData] : undefined
  const server = serve(way ?? workerData)
  await once(server, 'listening')
  const address = server.address()
  parentPort?.postMessage(typeof address === 'object' ? address?.port : null)
}
