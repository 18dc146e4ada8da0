import { fstatSync } from 'node:fs'
import { Socket } from 'node:net'

/**
 * Has writes to a pipe or socket that has no room fail at once, instead of waiting until somebody reads. The system keeps that with the
 * pipe itself, for all processes that share it: each process of Node that is started with it or ends takes it back.
 * Terminals and files stay as they are.
 */
export function unblockOutput(fd: number): void {
  const file = fstatSync(fd)
  // Node has no other way to it. What is standard output is not closed by this.
  if (file.isFIFO() || file.isSocket()) new Socket({ fd, readable: false }).destroy()
}
