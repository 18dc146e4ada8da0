import type { FastifyBaseLogger } from 'fastify'
import type { Problem } from '../../configuration/index.js'

/** Logs what is doubtful about a configuration that is in force. */
export function logWarning(log: FastifyBaseLogger, problem: Problem): void {
  const { message: _, severity: __, ...place } = problem
  log.warn({ event: 'configuration_warning', ...place }, writeSentence(problem))
}

/** Logs what is wrong with a configuration that is not put in force. */
export function logRefused(log: FastifyBaseLogger, problem: Problem): void {
  const { message: _, severity: __, ...place } = problem
  log.error(
    { event: 'configuration_refused', ...place },
    `${writeSentence(problem)}; the old stays in force`,
  )
}

/** A problem's message has the key for its subject, and leaves it out: where lines are shown by their message alone, it belongs there. */
const writeSentence = ({ path, message }: Problem): string =>
  path === '' ? message : `${path} ${message}`
