import t from 'tap'
import { findProblems } from './configuration-fixture.ts'

/** A configuration with one fault, and what has to be said of it. */
export interface Case {
  readonly title: string
  readonly text: string
  readonly path: string
  readonly line: number
  readonly message: RegExp
  readonly mend: RegExp
}

export const bad = (
  title: string,
  text: string,
  path: string,
  line: number,
  message: RegExp,
  mend: RegExp,
): Case => ({ title, text, path, line, message, mend })

/** Every case gives one error and no other, at its path and line, with what is wrong and how to mend it. */
export function refuseAll(cases: readonly Case[]): void {
  for (const { title, text, path, line, message, mend } of cases) {
    t.test(`refuses ${title}`, async (t) => {
      const errors = findProblems(text).filter(({ severity }) => severity === 'error')
      t.equal(errors.length, 1, errors.map((error) => error.path + error.message).join())
      t.match(errors[0], { file: '/etc/edge/edge.yaml', path, line, message, mend })
    })
  }
}
