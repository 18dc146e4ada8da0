import type { ConfigurationDocument, SyntaxProblem } from './document.js'
import { formatKeyPath, type KeyPath } from './key-path.js'
import type { Problem } from './problem.js'

/** Gathers what is wrong with one file. */
export class Report {
  /** The configuration file, absolute. */
  readonly file: string
  readonly document: ConfigurationDocument
  readonly #problems: Problem[] = []

  constructor(file: string, document: ConfigurationDocument) {
    this.file = file
    this.document = document
  }

  add(problem: Omit<Problem, 'file'>): void {
    this.#problems.push(Object.freeze({ file: this.file, ...problem }))
  }

  /** The problems of one severity, in the order of the file. */
  list(severity: Problem['severity']): readonly Problem[] {
    const chosen = this.#problems.filter((problem) => problem.severity === severity)
    return Object.freeze(chosen.sort((a, b) => a.line - b.line || a.column - b.column))
  }

  /** Whether an error was reported at the path or below it. */
  hasErrorWithin(path: string): boolean {
    return this.#problems.some(
      (problem) =>
        problem.severity === 'error' &&
        (problem.path === path || /^[.[]/.test(problem.path.slice(path.length))) &&
        problem.path.startsWith(path),
    )
  }
}

/** A place in the configuration: where a value stands, and where problems with it are reported. */
export class Place {
  /** Ends at the text where a short form was written (`registry: sqlite:registry.db`). */
  readonly path: KeyPath
  readonly #report: Report

  constructor(report: Report, path: KeyPath = []) {
    this.#report = report
    this.path = cutAtText(path, report.document.value)
  }

  at(...keys: KeyPath): Place {
    return new Place(this.#report, [...this.path, ...keys])
  }

  /** Such as `domains[0].auth0`. */
  get name(): string {
    return formatKeyPath(this.path)
  }

  /** Whether an error was reported here or below: what rests on this value need not be judged. */
  get isSpoilt(): boolean {
    return this.#report.hasErrorWithin(this.name)
  }

  /** The string as it stands in the file, before `${NAME}` became a value: what a message may quote. */
  get written(): string {
    const value = valueAt(this.path, this.#report.document.value)
    return typeof value === 'string' ? value : ''
  }

  /** Reports an error. The message begins with a verb, its subject being this place. Returns `null`, the missing result. */
  error(message: string, mend: string): null {
    this.#add('error', message, mend)
    return null
  }

  warning(message: string, mend: string): void {
    this.#add('warning', message, mend)
  }

  /** Reports an error of the key rather than of its value. */
  keyError(message: string, mend: string): null {
    const position = this.#report.document.locateKey(this.path)
    this.#report.add({ severity: 'error', ...position, path: this.name, message, mend })
    return null
  }

  /** Reports what the YAML parser found, where it found it. */
  syntaxError(problem: SyntaxProblem): null {
    this.#report.add({ severity: 'error', path: '', ...problem })
    return null
  }

  #add(severity: Problem['severity'], message: string, mend: string): void {
    const position = this.#report.document.locate(this.path)
    this.#report.add({ severity, ...position, path: this.name, message, mend })
  }
}

function valueAt(path: KeyPath, root: unknown): unknown {
  let value = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

/** A text has no keys, so what is said of a key below it is said of the text. */
function cutAtText(path: KeyPath, root: unknown): KeyPath {
  const length = path.findIndex(
    (_, index) => typeof valueAt(path.slice(0, index), root) === 'string',
  )
  return length === -1 ? path : path.slice(0, length)
}
