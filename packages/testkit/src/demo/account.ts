import type { Output } from './output.js'
import type { Stage } from './stage.js'
import { listChapters, type Step, type StepOutcome } from './steps/index.js'

/** How the steps went. */
export interface Account {
  readonly passed: number
  readonly failed: readonly string[]
  /** Milliseconds. */
  readonly duration: number
}

/** Runs every step in order, printing each as it happens; a step that fails does not keep the next from running. */
export async function playSteps(
  stage: Stage,
  output: Output,
  interrupted: AbortSignal,
): Promise<Account> {
  const start = performance.now()
  const failed: string[] = []
  let number = 0
  for (const { heading, steps } of listChapters()) {
    output.heading(heading)
    for (const step of steps) {
      interrupted.throwIfAborted()
      number += 1
      const begun = performance.now()
      const outcome = await playStep(step, stage)
      interrupted.throwIfAborted()
      const duration = performance.now() - begun
      output.step({ number, title: step.title, wanted: step.wanted, ...outcome, duration })
      if (!outcome.passed) failed.push(`${number} ${step.title}`)
    }
  }
  return { passed: number - failed.length, failed, duration: performance.now() - start }
}

async function playStep(step: Step, stage: Stage): Promise<StepOutcome> {
  try {
    return await step.run(stage)
  } catch (error) {
    return { passed: false, got: describeError(error) }
  }
}

/** What a library's error says, with the error code and status of OAuth where it has them. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const details = ['status', 'error', 'error_description', 'code']
    .map((name): unknown => Reflect.get(error, name))
    .filter((value) => typeof value === 'string' || typeof value === 'number')
  const cause = error.cause instanceof Error ? [`because ${error.cause.message}`] : []
  return [error.message, ...details, ...cause].join(', ')
}
