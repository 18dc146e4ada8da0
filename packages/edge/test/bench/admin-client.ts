/** The client of `admin-registry.ts`, in a process of its own: what it does is none of the listener's work. */
import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { readCertificates, writeRegistrationLine } from '@mtls-edge/cert-registry'
import { issueCertificate } from '@mtls-edge/testkit'
import { DOMAIN } from '../../../cert-registry/test/bench/long-entries.ts'
import { TOKEN } from '../admin-stage.ts'

interface Question {
  readonly path: string
  /** Pages, or times. */
  readonly times: number
  /** How many entries are sent. */
  readonly imported?: number
}

const port = Number(process.argv[2])
process.on('message', async (question: Question) => process.send?.(await answer(question)))
process.send?.('ready')

async function answer({ path, times, imported = 0 }: Question): Promise<string> {
  let bytes = 0
  let asked = path
  for (let time = 0; time < times; time += 1) {
    const { length, next, status, end } = await ask(asked, imported)
    if (status !== 200) return `status ${status}`
    if (imported > 0) return end
    bytes += length
    if (next !== null) asked = `${path}&after=${next}`
  }
  return `${(bytes / 1e6).toFixed(1)} MB`
}

async function ask(path: string, imported: number) {
  const method = imported === 0 ? 'GET' : 'POST'
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-ndjson' }
  const sent = request({ host: '127.0.0.1', port, path, method, headers })
  const answered = new Promise<Awaited<ReturnType<typeof read>>>((resolve, reject) => {
    sent.once('response', (response) => resolve(read(response)))
    sent.once('error', reject)
  })
  // What the listener has answered before it has read all is an answer too.
  await Promise.race([pipeline(Readable.from(makeLines(imported)), sent), answered])
  return await answered
}

async function read(response: IncomingMessage) {
  let length = 0
  let end = ''
  for await (const chunk of response.setEncoding('latin1')) {
    length += chunk.length
    end = `${end}${chunk}`.slice(-300)
  }
  const next = /"next":"([^"]+)"}$/.exec(end)?.[1] ?? null
  return { length, next, end, status: response.statusCode ?? 0 }
}

/** Certificates of their own, with long notes. */
function* makeLines(count: number): Generator<string> {
  const times = { createdAt: new Date(), changedAt: new Date() }
  const labels = {
    clientName: null,
    owner: null,
    notes: 'What is written of a client. '.repeat(35),
  }
  for (let made = 0; made < count; made += 1) {
    const [certificate] = readCertificates(issueCertificate({ subject: { CN: 'client' } }).pem)
    if (certificate === undefined) throw new Error('no certificate')
    const { thumbprint } = certificate
    const entry = { domain: DOMAIN, thumbprint, state: 'active', certificate } as const
    yield `${writeRegistrationLine({ ...entry, ...labels, ...times })}\n`
  }
}
