// Loaded before the edge by --import, with --expose-gc: gives each certificate that is read off a connection a weight that V8 counts, and
// at SIGUSR2 lets the collector take young garbage and prints how many are left, as a line of the log.
import { TLSSocket } from 'node:tls'

const { gc: collect } = globalThis
if (collect === undefined) throw new Error('needs --expose-gc')

const WEIGHT = 1_000_000

const { getPeerX509Certificate: read } = TLSSocket.prototype
TLSSocket.prototype.getPeerX509Certificate = function () {
  const certificate = Reflect.apply(read, this, [])
  if (certificate !== undefined) Reflect.set(certificate, 'weight', new ArrayBuffer(WEIGHT))
  return certificate
}

process.on('SIGUSR2', () => {
  for (let times = 0; times < 3; times += 1) collect({ type: 'minor' })
  const left = Math.round(process.memoryUsage().arrayBuffers / WEIGHT)
  console.log(JSON.stringify({ event: 'certificates', left }))
})
