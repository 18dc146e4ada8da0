/**
 * What a decision costs on certificates that are made to cost, each as large as they may be: 100 kB for one, which is also what OpenSSL takes of a
 * chain (`max_cert_list`) and so all that a client can send. Bound: 60 ms of CPU, reading and deciding together.
 *
 * Each kind is made anew for each run, so that nothing is known from before; printed are the median and the most of them.
 *
 * Run: node test/bench/hostile.ts [runs, default 7]
 */
import { resolveOptions } from '@mtls-edge/cert-verifier'
import { createPki } from '@mtls-edge/testkit'
import { decideCertificate } from '../../packages/cert-verifier/dist/decision/decide.js'
import { hostileKinds } from '../../packages/path-validation/test/hostile/kinds.ts'
import type { Presented } from '../../packages/path-validation/test/hostile/maker.ts'
import { startWatch } from './turns.ts'

const RUNS = Number(process.argv[2] ?? 7)

const pki = createPki()

const { policy } = resolveOptions({
  domain: 'auth.example.com',
  caSigned: {
    trustAnchors: [pki.root.pem],
    intermediates: [pki.intermediate.pem],
    revocation: { mode: 'off' },
  },
  selfSigned: 'forward',
  deny: {
    subjects: ['CN=somebody'],
    subjectAlternativeNames: ['dns:somebody.example'],
    issuers: ['CN=someone'],
  },
  allow: { subjectAlternativeNames: ['dns:nobody.example'] },
})

function decide({ leaf, pool }: Presented): { readonly time: number; readonly reason: string } {
  const presented = { leaf, pool, handshake: { verified: true, error: null } }
  const watch = startWatch()
  const decision = decideCertificate(policy, presented, Date.now())
  return { time: watch(), reason: 'reason' in decision ? decision.reason : decision.kind }
}

for (const [title, make] of Object.entries(hostileKinds(pki))) {
  const times: number[] = []
  let reason = ''
  let bytes = 0
  for (let run = 0; run < RUNS; run++) {
    const presented = make(run)
    bytes = [presented.leaf, ...presented.pool].reduce((sum, { length }) => sum + length, 0)
    const decided = decide(presented)
    times.push(decided.time)
    reason = decided.reason
  }
  times.sort((a, b) => a - b)
  const [median = 0, most = 0] = [times[Math.floor(RUNS / 2)], times.at(-1)]
  console.log(
    `${median > 60 ? '!' : ' '} ${median.toFixed(1).padStart(7)} ms (most ${most.toFixed(1)}) ${String(bytes).padStart(7)} bytes  ${title}: ${reason}`,
  )
}
