import type { Surroundings } from '../surroundings.js'

const WIDTH = 30
// What is done sooner needs no bar.
const DELAY_MS = 500
const INTERVAL_MS = 100
const CLEAR_LINE = '\r\u001b[K'

/** A bar on standard error, where that is a terminal; elsewhere it does nothing. */
export interface ProgressBar {
  /** @param part - between 0 and 1; `null` where the whole is not known */
  update(part: number | null, words: string): void
  /** Takes the bar away. */
  end(): void
}

/** Makes a bar that shows itself once the work has taken half a second. */
export function createProgressBar(
  { stderr }: Surroundings,
  clock: () => number = () => performance.now(),
): ProgressBar {
  if (stderr.isTTY !== true) return { update: () => undefined, end: () => undefined }
  let next = clock() + DELAY_MS
  let isShown = false
  return {
    update: (part, words) => {
      const now = clock()
      if (now < next) return
      next = now + INTERVAL_MS
      isShown = true
      stderr.write(`${CLEAR_LINE}${part === null ? '' : `${draw(part)} `}${words}`)
    },
    end: () => {
      if (isShown) stderr.write(CLEAR_LINE)
    },
  }
}

function draw(part: number): string {
  const whole = Math.min(Math.max(part, 0), 1)
  const done = Math.round(whole * WIDTH)
  const percent = `${Math.floor(whole * 100)}`.padStart(3)
  return `[${'#'.repeat(done)}${'.'.repeat(WIDTH - done)}] ${percent} %`
}
