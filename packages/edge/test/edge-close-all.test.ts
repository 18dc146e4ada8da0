import t from 'tap'
import { closeAll } from '../dist/service/close-all.js'

t.test('what fails to close keeps nothing else open, and is told', async (t) => {
  const closed: string[] = []
  const closing = (name: string, failure?: Error) => async () => {
    if (failure !== undefined) throw failure
    closed.push(name)
  }
  const first = new Error('the first failure')
  const all = closeAll([
    closing('front'),
    closing('host', first),
    closing('registry', new Error('another')),
    closing('health'),
  ])
  await t.rejects(all, first)
  t.same(closed, ['front', 'health'])
})
