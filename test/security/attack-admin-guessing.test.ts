// The attack: guess the token of the admin listener, as fast as can be, in one packet. Wrong tokens are counted one by one however
// they come: ten are refused as such and logged, all others are told that they are too many. The token itself is what makes
// guessing hopeless, so its holder is let in from the same address all the same: a lock would be a way to keep operators out.
import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { startAdminStage, TOKEN } from '../../packages/edge/test/admin-stage.ts'

const GUESSES = 100
/** Wrong ones that are looked at. */
const LIMIT = 10

const guess = (token: string, more = ''): string =>
  `GET /api/v1/domains HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n${more}\r\n`

t.test('guesses that come at once are counted one by one', async (t) => {
  const { adminPort } = await startAdminStage(t)
  const socket = connect(adminPort, '127.0.0.1')
  t.teardown(() => socket.destroy())
  let received = ''
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1')
  })
  socket.write(guess('a-wrong-one').repeat(GUESSES) + guess(TOKEN, 'Connection: close\r\n'))
  await once(socket, 'end', { signal: AbortSignal.timeout(30_000) })
  const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))
  t.equal(statuses.length, GUESSES + 1)
  t.equal(statuses.filter((status) => status === 401).length, LIMIT)
  t.equal(statuses.filter((status) => status === 429).length, GUESSES - LIMIT)
  t.equal(statuses.at(-1), 200, 'its holder is not kept out')
})
