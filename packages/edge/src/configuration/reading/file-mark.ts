import { type BigIntStats, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { codeOf } from '../files/named-files.js'

/**
 * What tells one state of a file from another: it changes with a write, a rename over it, and a link on the way that points
 * elsewhere. Links are followed, as Kubernetes mounts have two on the way (`file` -> `..data/file`, `..data` -> a folder).
 */
const describeStats = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(' ')

/** A file that is not there has a mark too: what is missing may come. */
const describeFailure = (error: unknown): string =>
  error instanceof Error ? codeOf(error) : 'unreadable'

/** The mark of a file now. Never throws. */
export function readMark(file: string): string {
  try {
    return describeStats(statSync(file, { bigint: true }))
  } catch (error) {
    return describeFailure(error)
  }
}

/** The marks of many files now, without holding the process up. */
export function readMarks(files: Iterable<string>): Promise<readonly string[]> {
  return Promise.all(
    [...files].map((file) => stat(file, { bigint: true }).then(describeStats, describeFailure)),
  )
}
