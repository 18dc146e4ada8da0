import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { SeenTimes } from './settings.ts'

/** What the clocks around a verifier have seen. */
export interface Clocks {
  /** The medians since it was asked last. */
  take(): SeenTimes
}

/**
 * Registers a verifier between hooks that read the clock. Two read it after the verifier: what passes between those is the clock's
 * own time and Fastify's step from hook to hook, and is taken off.
 */
export async function watchVerifier(
  app: FastifyInstance,
  register: () => PromiseLike<unknown>,
): Promise<Clocks> {
  let [start, end] = [0, 0]
  const keptTimes: number[] = []
  const newTimes: number[] = []
  /** Of connections without a request so far: what reading their certificates took. */
  const reading = new WeakMap<object, number>()

  const begin = (): void => {
    start = performance.now()
  }
  const finish = (): void => {
    end = performance.now()
  }
  /** Microseconds. */
  const elapsed = (): number => (end - start - (performance.now() - end)) * 1000

  const onSecure = [begin, finish, (socket: object): void => void reading.set(socket, elapsed())]
  const countRequest = ({ raw: { socket } }: FastifyRequest): void => {
    const took = elapsed()
    const before = reading.get(socket)
    if (before === undefined) keptTimes.push(took)
    else newTimes.push(before + took)
    reading.delete(socket)
  }
  const addHook = (run: (request: FastifyRequest) => void): void => {
    app.addHook('onRequest', (request, _reply, done) => {
      run(request)
      done()
    })
  }
  const [beforeReading, ...afterReading] = onSecure
  if (beforeReading !== undefined) app.server.on('secureConnection', beforeReading)
  addHook(begin)
  await register()
  for (const listener of afterReading) app.server.on('secureConnection', listener)
  addHook(finish)
  addHook(countRequest)
  return {
    take: () => ({ kept: medianOf(keptTimes.splice(0)), new: medianOf(newTimes.splice(0)) }),
  }
}

function medianOf(values: number[]): number | null {
  values.sort((a, b) => a - b)
  return values[Math.floor(values.length / 2)] ?? null
}
