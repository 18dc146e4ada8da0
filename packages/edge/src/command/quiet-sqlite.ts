/**
 * Keeps back what Node 22 says on standard error where a command opens a registry: that SQLite is an experimental feature. It stood
 * before the answer of each command; every other warning is printed.
 */
const { emitWarning } = process

process.emitWarning = (...args: unknown[]): void => {
  const [warning] = args
  if (typeof warning === 'string' && warning.startsWith('SQLite is an experimental')) return
  Reflect.apply(emitWarning, process, args)
}
