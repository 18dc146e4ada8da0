import t from 'tap'
import { createRequestId } from '../dist/telemetry/request-id.js'

t.test('each id is a random UUID of its own, and stays what it was', async (t) => {
  const ids = Array.from({ length: 1_000 }, createRequestId)
  t.equal(new Set(ids).size, 1_000)
  const random = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  t.same(
    ids.filter((id) => !random.test(id)),
    [],
  )
})
