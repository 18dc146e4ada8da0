/** Runs `load` now and again after each pause, until the signal ends it. Nothing is asked while nobody looks. */
export async function poll(
  signal: AbortSignal,
  everyMilliseconds: number,
  load: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    if (!document.hidden) await load()
    await pause(everyMilliseconds, signal)
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const onVisible = (): void => {
      if (!document.hidden) done()
    }
    const timer = setTimeout(done, milliseconds)
    document.addEventListener('visibilitychange', onVisible)
    signal.addEventListener('abort', done)
  })
}
