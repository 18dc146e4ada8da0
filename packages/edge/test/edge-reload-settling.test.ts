import t from 'tap'
import { createSettling } from '../dist/service/reload/settling.js'

/** What is done with files in state `marks` at a time: not read, read with success, or read and found broken. */
type Step = readonly [time: number, marks: string, what: 'left' | 'read' | 'again' | 'reported']

/** States with an exclamation mark are broken. */
const cases: Readonly<Record<string, readonly Step[]>> = {
  'what does not change is not read': [
    [0, 'a', 'left'],
    [250, 'a', 'left'],
    [9000, 'a', 'left'],
  ],
  'a change is read once it is left alone': [
    [0, 'a', 'left'],
    [250, 'b', 'left'],
    [500, 'b', 'read'],
    [750, 'b', 'left'],
  ],
  'many writes are read after the last one': [
    [0, 'b', 'left'],
    [250, 'c', 'left'],
    [500, 'd', 'left'],
    [750, 'd', 'read'],
  ],
  'what changes all the time is read all the same': [
    [0, 'b', 'left'],
    [250, 'c', 'left'],
    [500, 'd', 'left'],
    [750, 'e', 'left'],
    [1000, 'f', 'read'],
    [1250, 'g', 'left'],
  ],
  'what was changed back is not read': [
    [0, 'b', 'left'],
    [250, 'a', 'left'],
    [500, 'a', 'left'],
  ],
  'what is broken is read again for a second, then reported once': [
    [0, 'b!', 'left'],
    [250, 'b!', 'again'],
    [500, 'b!', 'again'],
    [1000, 'b!', 'reported'],
    [1250, 'b!', 'left'],
    [9000, 'b!', 'left'],
  ],
  'what is mended within that second is never reported': [
    [0, 'b!', 'left'],
    [250, 'b!', 'again'],
    [500, 'c', 'left'],
    [750, 'c', 'read'],
    [1000, 'c', 'left'],
  ],
  'what is broken and goes on changing is reported after five seconds': [
    [0, 'b!', 'left'],
    [900, 'c!', 'left'],
    [1800, 'd!', 'again'],
    [2700, 'e!', 'again'],
    [3600, 'f!', 'again'],
    [4500, 'g!', 'again'],
    [5400, 'h!', 'reported'],
  ],
  'the old state after a broken one is read again': [
    [0, 'b!', 'left'],
    [1000, 'b!', 'reported'],
    [1250, 'a', 'left'],
    [1500, 'a', 'read'],
  ],
}

for (const [title, steps] of Object.entries(cases)) {
  t.test(title, async (t) => {
    const settling = createSettling('a')
    for (const [time, marks, what] of steps) {
      t.equal(step(settling, marks, time), what, `${time} ms: ${marks}`)
    }
  })
}

function step(settling: ReturnType<typeof createSettling>, marks: string, time: number): Step[2] {
  if (!settling.observe(marks, time)) return 'left'
  if (marks.endsWith('!')) return settling.failed(marks, time) ? 'reported' : 'again'
  settling.accepted(marks)
  return 'read'
}

t.test('what did not change is read where somebody asks for it', async (t) => {
  const settling = createSettling('a')
  settling.force()
  t.equal(step(settling, 'a', 0), 'left')
  t.equal(step(settling, 'a', 250), 'read')
  t.equal(step(settling, 'a', 500), 'left')
})
