/** Does one thing when all that were given before it have ended; what fails holds up none of the next. */
export type InTurn = <Result>(action: () => Result | Promise<Result>) => Promise<Result>

/** For what must happen in the order in which it was asked for, though each part of it waits. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (action) => {
    const done = last.then(action)
    last = done.catch(() => {})
    return done
  }
}
