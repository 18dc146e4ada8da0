import { write, writeSync } from 'node:fs'
import { unblockOutput } from './unblock-output.js'

/** Lines that wait for a reader that stalls or a disk that is full, bytes: what comes beyond is lost, before all memory is taken. */
const MAX_HELD = 64 * 1024 * 1024

/** How long the end of the process waits for a reader that takes nothing, in milliseconds. */
const PATIENCE = 500

/** And for one that takes something now and then. */
const END_LIMIT = 1_500

/** Between two attempts to write to what has no room, in milliseconds: it doubles from the one to the other. */
const SHORTEST_PAUSE = 2
const LONGEST_PAUSE = 128

/** How long it is believed that nobody has made writes wait again, in milliseconds; where there was no room, it is not. */
const UNBLOCKED_FOR = 100

/** Writes text by a thread of its own, in order. */
export interface LogWriter {
  write(text: string): void
  /**
   * For the end: calls back when all is written, or can't be, or nobody takes anything for {@link PATIENCE}.
   *
   * @param limit in milliseconds, for all of it. Default: {@link END_LIMIT}
   */
  flush(done: () => void, limit?: number): void
  /**
   * Writes all that waits, and this after it, in the calling thread: no other gets to it in a process that exits. What can't be written
   * within {@link PATIENCE} is lost, and the process killed where a thread is held up by a write: Node waits for its threads for ever.
   */
  end(last: string): void
}

export function createLogWriter(fd: number): LogWriter {
  let waiting: Buffer[] = []
  let held = 0
  /** When the write that is under way began. */
  let writingSince: number | null = null
  let unblockedAt = Number.NEGATIVE_INFINITY
  let retry: NodeJS.Timeout | null = null
  let pause = SHORTEST_PAUSE
  /** Nothing can be written, as it was the last time: it is tried again with the next lines. */
  let isFailing = false
  /** When something was last written. */
  let progressAt = 0
  let watch: NodeJS.Timeout | null = null
  /** The end has waited long enough. */
  let isGivenUp = false
  const flushing: (() => void)[] = []

  function writeNext(): void {
    retry = null
    const [first] = waiting
    if (first === undefined) {
      tellFlushed()
      return
    }
    writingSince = performance.now()
    if (pause > SHORTEST_PAUSE || writingSince - unblockedAt > UNBLOCKED_FOR) {
      unblockOutput(fd)
      unblockedAt = writingSince
    }
    write(fd, first, (error, written) => {
      writingSince = null
      if (error === null) {
        isFailing = false
        pause = SHORTEST_PAUSE
        take(written)
        if (isGivenUp) tellFlushed()
        else writeNext()
      } else if (isWithoutRoom(error)) {
        if (isGivenUp) tellFlushed()
        else retry = setTimeout(writeNext, pause).unref()
        pause = Math.min(2 * pause, LONGEST_PAUSE)
      } else {
        isFailing = true
        // There is nobody to keep them for. Whoever opens the pipe anew gets whole lines.
        if (error.code === 'EPIPE') drop()
        tellFlushed()
      }
    })
  }

  /** The first `count` bytes are out. */
  function take(count: number): void {
    const [first] = waiting
    if (first === undefined) return
    held -= count
    progressAt = performance.now()
    if (count === first.length) waiting.shift()
    else waiting[0] = first.subarray(count)
  }

  function drop(): void {
    waiting = []
    held = 0
  }

  /** Looks, until everything is written, whether it has been waited for long enough. */
  function watchEnd(deadline: number): void {
    const now = performance.now()
    isGivenUp = now - progressAt > PATIENCE || now > deadline
    // A write that is not held up comes back at once.
    if (isGivenUp && (writingSince === null || isHeldUp())) tellFlushed()
    else watch = setTimeout(watchEnd, SHORTEST_PAUSE, deadline)
  }

  /** Whether a thread waits in a write: for a reader, perhaps for ever. */
  function isHeldUp(): boolean {
    return writingSince !== null && performance.now() - writingSince > PATIENCE
  }

  function tellFlushed(): void {
    if (watch !== null) clearTimeout(watch)
    watch = null
    for (const done of flushing.splice(0)) done()
  }

  return {
    write(text) {
      const bytes = Buffer.from(text)
      if (held + bytes.length > MAX_HELD) return
      held += bytes.length
      waiting.push(bytes)
      if (writingSince === null && retry === null) writeNext()
    },
    flush(done, limit = END_LIMIT) {
      if (waiting.length === 0 || isGivenUp) {
        done()
        return
      }
      flushing.push(done)
      if (watch !== null) return
      progressAt = performance.now()
      watchEnd(progressAt + limit)
      if (writingSince !== null) return
      if (retry !== null) clearTimeout(retry)
      pause = SHORTEST_PAUSE
      // Workers have ended just now.
      unblockedAt = Number.NEGATIVE_INFINITY
      writeNext()
    },
    end(last) {
      if (isHeldUp()) process.kill(process.pid, 'SIGKILL')
      if (isFailing || isGivenUp) return
      unblockOutput(fd)
      // A thread has the first of them already.
      const rest = writingSince === null ? waiting : waiting.slice(1)
      writeWithin(fd, Buffer.concat([...rest, Buffer.from(last)]))
    },
  }
}

/** Writes in this thread, for at most {@link PATIENCE} where there is no room. */
function writeWithin(fd: number, bytes: Buffer): void {
  const deadline = performance.now() + PATIENCE
  const clock = new Int32Array(new SharedArrayBuffer(4))
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written)
    } catch (error) {
      if (!isWithoutRoom(error) || performance.now() > deadline) return
      Atomics.wait(clock, 0, 0, SHORTEST_PAUSE)
    }
  }
}

const isWithoutRoom = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN'
