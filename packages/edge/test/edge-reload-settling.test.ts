import t from 'tap'
import { createSettling } from '../dist/service/reload/settling.js'

/** What is done with files in state `marks` at a time: not read, read with success, or read and found broken. */
type Step = readonly [
  time: number,
  marks: string,
  what: 'left' | 'read' | 'again' | 'reported' | 'known',
]

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
    [2750, 'b!', 'left'],
  ],
  // What failed for a passing reason (no descriptor left, no memory) has nothing to do with the files, and leaves no mark there.
  'what was reported is tried again, after a pause that doubles': [
    [0, 'b!', 'left'],
    [1000, 'b!', 'reported'],
    [2750, 'b!', 'left'],
    [3000, 'b!', 'known'],
    [6750, 'b!', 'left'],
    [7000, 'b!', 'known'],
    [15_000, 'b!', 'known'],
    [31_000, 'b!', 'known'],
    [63_000, 'b!', 'known'],
    [122_750, 'b!', 'left'],
    [123_000, 'b!', 'known'],
    [183_000, 'b!', 'known'],
  ],
  'what changed and is broken again is reported again, and the pause begins anew': [
    [0, 'b!', 'left'],
    [1000, 'b!', 'reported'],
    [3000, 'b!', 'known'],
    [4000, 'c!', 'left'],
    [5000, 'c!', 'reported'],
    [6750, 'c!', 'left'],
    [7000, 'c!', 'known'],
  ],
  'what was changed and changed back before it was read is still tried again': [
    [0, 'b!', 'left'],
    [1000, 'b!', 'reported'],
    [2750, 'c', 'left'],
    [3000, 'b!', 'known'],
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

const WORDS = { early: 'again', final: 'reported', known: 'known' } as const

function step(settling: ReturnType<typeof createSettling>, marks: string, time: number): Step[2] {
  if (!settling.observe(marks, time)) return 'left'
  if (marks.endsWith('!')) return WORDS[settling.failed(marks, time)]
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

t.test('what failed without a change is left alone once it can be used', async (t) => {
  const settling = createSettling('a')
  step(settling, 'b!', 0)
  t.equal(step(settling, 'b!', 1000), 'reported')
  t.equal(settling.observe('b!', 3000), true)
  settling.accepted('b!')
  t.equal(settling.observe('b!', 9000), false)
})
