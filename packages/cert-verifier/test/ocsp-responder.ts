import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Issued } from '@mtls-edge/testkit'

/** What `openssl ocsp` is told of one certificate. */
export interface IndexEntry {
  readonly certificate: Issued
  readonly status: 'valid' | 'revoked'
}

export interface ResponderOptions {
  readonly folder: string
  readonly ca: Issued
  /** Whoever signs. Default: the CA. */
  readonly signer?: Issued
  readonly index: readonly IndexEntry[]
  /** More arguments, such as `-nmin 5`. */
  readonly args?: readonly string[]
}

/**
 * Runs `openssl ocsp` as a responder on a free port of 127.0.0.1; gives its origin. It ends with the test, and by itself
 * after 50 requests.
 */
export async function startOpensslResponder(
  t: { teardown(fn: () => unknown): unknown },
  { folder, ca, signer = ca, index, args = [] }: ResponderOptions,
): Promise<string> {
  const save = (name: string, content: string): string => {
    const file = join(folder, name)
    writeFileSync(file, content)
    return file
  }
  const port = await findFreePort()
  const process = spawn('openssl', [
    ...['ocsp', '-port', `${port}`, '-nrequest', '50'],
    ...['-index', save('index.txt', index.map(describeEntry).join(''))],
    ...['-CA', save('ca.pem', ca.pem)],
    ...['-rsigner', save('signer.pem', signer.pem), '-rkey', save('signer.key', signer.keyPem)],
    ...args,
  ])
  t.teardown(() => stop(process))
  await isListening(process)
  return `http://127.0.0.1:${port}`
}

/** A line of openssl's CA database: status, expiry, revocation, serial number, file, subject. */
function describeEntry({ certificate, status }: IndexEntry): string {
  const time = (date: Date): string =>
    `${date
      .toISOString()
      .replaceAll(/[-:T]|\..*/g, '')
      .slice(2)}Z`
  const tomorrow = new Date(Date.now() + 86_400_000)
  const revoked =
    status === 'revoked' ? `${time(new Date(Date.now() - 3_600_000))},keyCompromise` : ''
  const serial = Buffer.from(certificate.serialNumber).toString('hex').toUpperCase()
  return `${status === 'revoked' ? 'R' : 'V'}\t${time(tomorrow)}\t${revoked}\t${serial}\tunknown\t/CN=x\n`
}

/** It says so on its output when it listens. */
async function isListening(process: ChildProcess): Promise<void> {
  let said = ''
  const { stdout, stderr } = process
  if (stdout === null || stderr === null) throw new Error('no output')
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk
      if (said.includes('waiting for OCSP client connections')) resolve()
    }
    stdout.on('data', listen)
    stderr.on('data', listen)
    process.once('exit', () => reject(new Error(`openssl ended: ${said}`)))
  })
}

async function stop(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  process.kill('SIGKILL')
  await once(process, 'exit')
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
