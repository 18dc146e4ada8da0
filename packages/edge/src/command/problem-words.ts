import { relative } from 'node:path'
import type { Problem } from '../configuration/index.js'
import { makeHarmless, type Paint } from './style.js'

/** A file as the user would write it: relative where it is below the directory they stand in. */
export function shortenPath(file: string, directory: string): string {
  const path = relative(directory, file)
  return path === '' || path.startsWith('..') ? file : path
}

/** Writes problems for people: the place as editors understand it, what is wrong, and below it how to mend it. */
export function writeProblems(
  problems: readonly Problem[],
  directory: string,
  paint: Paint,
): string {
  return problems.map((problem) => writeProblem(problem, directory, paint)).join('')
}

function writeProblem(problem: Problem, directory: string, paint: Paint): string {
  const { severity, file, line, column, path, message, mend } = problem
  const place = paint('bold', `${shortenPath(file, directory)}:${line}:${column}:`)
  const label = paint(severity === 'error' ? 'red' : 'yellow', `${severity}:`)
  const subject =
    path === '' ? message : `${paint('cyan', makeHarmless(path))} ${makeHarmless(message)}`
  return `${place} ${label} ${subject}\n    ${makeHarmless(mend)}\n`
}
