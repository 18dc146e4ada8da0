/**
 * What fetching a CRL costs the process that does it, from 10 thousand to one million entries: how long until it is in use, how long
 * the event loop was held at the longest, and memory. Bounds: 20 ms, 150 MB. The list is served by a thread of its own.
 *
 * Run: node --expose-gc test/bench/crl-fetch.ts
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { createRevocationSource } from '@mtls-edge/cert-verifier'
import { readCertificate } from '@mtls-edge/path-validation'
import { createPki, issueCertificate, issueCrl } from '@mtls-edge/testkit'
import { watchTurns } from './turns.ts'

const SIZES = [10_000, 100_000, 1_000_000]

function usedMegabytes(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1e6
}

async function serve(body: Uint8Array): Promise<void> {
  const server = createServer((_request, response) => {
    response.setHeader('content-length', body.length)
    response.end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  parentPort?.postMessage(typeof address === 'object' ? address?.port : null)
}

async function measure(entries: number): Promise<void> {
  const { root } = createPki()
  let der: Buffer | null = issueCrl({ issuer: root, bulk: entries }).der
  const bytes = der.length
  const server = new Worker(new URL(import.meta.url), { workerData: der })
  der = null
  const [port] = await once(server, 'message')
  const client = issueCertificate({
    issuer: root,
    crlDistributionPoints: [`http://127.0.0.1:${port}/`],
  })
  const path = [readCertificate(client.der), readCertificate(root.der)]
  const limits = { maxCrlBytes: 100_000_000, timeout: 60_000 }
  const source = createRevocationSource({ fetch: ['crl'], allowHosts: ['127.0.0.1'], limits })
  const before = usedMegabytes()
  const turns = watchTurns()
  const start = performance.now()
  const question = { path, missing: path.slice(0, 1), authorities: path }
  await source.fetchMissing({ ...question, known: { mode: 'require', crls: [] } }, true)
  const took = performance.now() - start
  turns.stop()
  if (source.crls()[0]?.entries.size !== entries) throw new Error('the CRL was not fetched')
  const row = {
    entries,
    'MB sent': (bytes / 1e6).toFixed(1),
    'ms until in use': took.toFixed(0),
    'longest hold, ms': turns.longest.toFixed(1),
    'MB of memory': (usedMegabytes() - before).toFixed(1),
  }
  console.log(row)
  source.close()
  await server.terminate()
}

if (isMainThread) for (const entries of SIZES) await measure(entries)
else await serve(workerData)
