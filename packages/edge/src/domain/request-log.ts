import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
type Child = Parameters<FastifyBaseLogger['child']>

/**
 * Makes the log of a request when something is written to it. Hardly any request writes more than the line that tells how it ended,
 * which does not come this way, and to make a log takes longer than to write that line.
 */
export const createRequestLog: Parameters<FastifyInstance['setChildLoggerFactory']>[0] = (
  log,
  bindings,
  options,
) => new RequestLog(log, [bindings, options])

class RequestLog implements FastifyBaseLogger {
  readonly #parent: FastifyBaseLogger
  readonly #child: Child
  #log: FastifyBaseLogger | null = null

  constructor(parent: FastifyBaseLogger, child: Child) {
    this.#parent = parent
    this.#child = child
  }

  get #made(): FastifyBaseLogger {
    this.#log ??= this.#parent.child(...this.#child)
    return this.#log
  }

  get level(): string {
    return this.#made.level
  }

  set level(level: string) {
    this.#made.level = level
  }

  child(...child: Child): FastifyBaseLogger {
    return this.#made.child(...child)
  }

  trace(...line: unknown[]): void {
    this.#write('trace', line)
  }

  debug(...line: unknown[]): void {
    this.#write('debug', line)
  }

  info(...line: unknown[]): void {
    this.#write('info', line)
  }

  warn(...line: unknown[]): void {
    this.#write('warn', line)
  }

  error(...line: unknown[]): void {
    this.#write('error', line)
  }

  fatal(...line: unknown[]): void {
    this.#write('fatal', line)
  }

  silent(...line: unknown[]): void {
    this.#write('silent', line)
  }

  #write(level: Level, line: readonly unknown[]): void {
    const log = this.#made
    Reflect.apply(log[level], log, line)
  }
}
