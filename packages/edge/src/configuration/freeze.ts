/**
 * Freezes the value and all maps and lists in it. Objects of a class (a certificate, a CRL's index, bytes) are left to
 * their class.
 */
export function freezeDeeply<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
  if (Object.isFrozen(value)) return value
  for (const part of Object.values(value)) freezeDeeply(part)
  return Object.freeze(value)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || Array.isArray(value)
}
