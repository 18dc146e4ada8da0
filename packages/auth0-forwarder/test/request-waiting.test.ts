/*
 * The attack: ask before the revocation, be answered after it. While the target is slow, a request waits for a connection, for
 * 20 s at the most. Its certificate was accepted at the beginning; by the time that there is a connection it may be revoked, and
 * the answer would be a token more.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { codeOf, requestOf, startEdge } from './edge-in-test.ts'
import { startRawTarget, whole, write } from './raw-target.ts'

for (const [line, body] of [
  ['GET /attacker', ''],
  ['POST /attacker', 'grant_type=client_credentials'],
] as const) {
  t.test(`a ${line} that waited until it is refused is not sent`, async (t) => {
    const target = await startRawTarget(t, () => {})
    let isRevoked = false
    const { connect, send } = await startEdge(t, {
      options: { forwardingTarget: target.origin, connections: 1 },
      forward: {
        confirm() {
          if (isRevoked) throw Object.assign(new Error('revoked'), { statusCode: 401 })
        },
      },
    })
    const first = await connect()
    first.write(requestOf('GET /first'))
    while (target.requests.length === 0) await sleep(10)
    const attacker = send(requestOf(line, [`Content-Length: ${body.length}`], body))
    await sleep(300)
    isRevoked = true
    target.answerWith(write(whole()))
    target.sockets[0]?.write(whole())
    t.equal((await first.nextResponse('GET')).text, 'ok')
    const answer = await attacker
    t.equal(answer?.status, 401)
    t.match(answer?.text, 'revoked')
    isRevoked = false
    t.equal((await send(requestOf('GET /next')))?.text, 'ok')
    t.same(
      target.requests.map(({ path }) => path),
      ['/first', '/next'],
    )
    t.equal(target.sockets.length, 1)
    first.destroy()
  })
}

t.test('a confirmation that is asynchronous confirms nothing', async (t) => {
  const target = await startRawTarget(t, write(whole()))
  const causes: unknown[] = []
  const { send } = await startEdge(t, {
    options: { forwardingTarget: target.origin },
    setUp: (scope) =>
      void scope.addHook('onError', async (_request, _reply, error) => {
        causes.push(error.cause)
      }),
    // A function of `void` may be any, so that the compiler lets it pass.
    forward: { confirm: async () => Promise.reject(new Error('revoked')) },
  })
  const answer = await send(requestOf('POST /', ['Content-Length: 1'], 'x'))
  t.equal(answer?.status, 500)
  t.equal(codeOf(answer), 'FST_AUTH0_FORWARDER_FORWARDING_FAILED')
  t.match(causes, [{ message: 'confirm must not be asynchronous' }], 'the log tells why')
  t.same(target.requests, [])
})

t.test('whatever a confirmation throws confirms nothing', async (t) => {
  const target = await startRawTarget(t, write(whole()))
  const { send } = await startEdge(t, {
    options: { forwardingTarget: target.origin },
    forward: {
      confirm() {
        throw 'revoked'
      },
    },
  })
  const answer = await send(requestOf('POST /', ['Content-Length: 1'], 'x'))
  t.equal(answer?.status, 500)
  t.same(target.requests, [])
})
