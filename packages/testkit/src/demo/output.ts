import { styleText } from 'node:util'

/** Where lines go. `process.stdout` fits. */
export interface LineStream {
  write(text: string): unknown
  readonly isTTY?: boolean
}

type Style = Parameters<typeof styleText>[0]

/** Prints the demo's lines, in colours on a terminal and plain elsewhere. */
export interface Output {
  /** A line as it is. */
  line(text?: string): void
  heading(text: string): void
  /** What a step came to. */
  step(result: StepLine): void
  /** Something that went wrong outside the steps. */
  problem(text: string): void
}

/** One line of the demo's account. */
export interface StepLine {
  readonly number: number
  readonly title: string
  readonly wanted: string
  readonly got: string
  readonly passed: boolean
  /** Milliseconds. */
  readonly duration: number
}

/**
 * Makes an output over a stream. Colours are left out where the stream is not a terminal or `NO_COLOR` is set to anything.
 *
 * @see https://no-color.org
 */
export function createOutput(stream: LineStream, environment: NodeJS.ProcessEnv): Output {
  const { NO_COLOR: noColor = '' } = environment
  const inColour = stream.isTTY === true && noColor === ''
  const paint = (style: Style, text: string) =>
    inColour ? styleText(style, text, { validateStream: false }) : text
  const line = (text = '') => stream.write(`${text}\n`)

  return {
    line,
    heading: (text) => line(`\n${paint('bold', text)}`),
    step(result) {
      const mark = result.passed ? paint('green', 'ok  ') : paint('red', 'FAIL')
      const number = String(result.number).padStart(2)
      const title = paint('bold', result.title)
      const wanted = paint('dim', `wanted: ${result.wanted}`)
      const got = `got: ${result.passed ? result.got : paint('red', result.got)}`
      const duration = paint('dim', `(${Math.round(result.duration)} ms)`)
      line(`${mark} ${number}  ${[title, wanted, got].join(' | ')} ${duration}`)
    },
    problem: (text) => line(paint('red', text)),
  }
}
