import t from 'tap'
import { Exchange } from '../dist/upstream/exchange.js'
import { WaitingLine } from '../dist/upstream/waiting-line.js'

const receiver = {
  onStart() {},
  onPart: () => true,
  onMore() {},
  onEnd() {},
  onFailure() {},
}

const exchange = (method: string) =>
  new Exchange({ method, head: '', isLast: false, confirm() {} }, null, receiver, () => {})
const order = (line: WaitingLine) => [...line].map(({ method }) => method)

function lineOf(...methods: string[]) {
  const line = new WaitingLine()
  const all = methods.map(exchange)
  for (const one of all) line.add(one)
  return { line, all }
}

t.test('first come, first served, whoever leaves in between', async (t) => {
  for (const [leaving, left] of [
    [0, ['b', 'c']],
    [1, ['a', 'c']],
    [2, ['a', 'b']],
  ] as const) {
    const { line, all } = lineOf('a', 'b', 'c')
    const one = all[leaving]
    if (one !== undefined) line.delete(one)
    t.same(order(line), left)
    t.equal(line.length, 2)
    t.equal(line.first?.method, left[0])
    line.add(exchange('d'))
    t.same(order(line), [...left, 'd'])
  }
})

t.test('who has left keeps nobody, and leaves but once', async (t) => {
  const { line, all } = lineOf('a', 'b', 'c')
  const [, middle] = all
  if (middle === undefined) throw new Error('no exchange')
  line.delete(middle)
  t.equal(middle.ahead, null)
  t.equal(middle.behind, null)
  t.notOk(line.has(middle))
  line.delete(middle)
  line.delete(exchange('stranger'))
  t.same(order(line), ['a', 'c'])
  for (const one of all) line.delete(one)
  t.equal(line.length, 0)
  t.equal(line.first, null)
})

t.test(
  'each one is met that waited when the walk began, though the walk ends the waiting',
  async (t) => {
    const { line } = lineOf('a', 'b', 'c')
    const met = []
    for (const one of line) {
      met.push(one.method)
      for (const other of line) line.delete(other)
    }
    t.same(met, ['a', 'b', 'c'])
  },
)
