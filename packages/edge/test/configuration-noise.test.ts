import fc from 'fast-check'
import t from 'tap'
import { describeProblem } from '../dist/configuration/index.js'
import { API_KEY, findProblems, GOOD } from './configuration-fixture.ts'

const LINES = GOOD.split('\n')
const WORDS = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ' - ',
  '\n',
  '&a ',
  '*a',
  '!x ',
  '"',
  "'",
  '|',
  '#',
  'null',
  '0',
  '~',
]

/** Takes a piece of the text out and puts another one in. */
const damage = fc.tuple(
  fc.nat(GOOD.length),
  fc.nat(12),
  fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 4 })),
)

t.test(
  'whatever is broken in the file, what comes back is a list of problems, each at a place of the file',
  async (t) => {
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
        let text = GOOD
        for (const [at, length, piece] of damages) {
          text = text.slice(0, at) + piece + text.slice(at + length)
        }
        const lines = text.split('\n').length
        for (const problem of findProblems(text)) {
          if (problem.line < 1 || problem.column < 1 || problem.line > lines) return false
          if (problem.message === '' || problem.mend === '') return false
          if (describeProblem(problem).includes(API_KEY)) return false
        }
        return true
      }),
      { numRuns: 200 },
    )
    t.pass('200 broken files')
  },
)

t.test('without any one line', async (t) => {
  for (const [index, line] of LINES.entries()) {
    const text = LINES.filter((_, other) => other !== index).join('\n')
    t.doesNotThrow(() => findProblems(text), line)
  }
})
