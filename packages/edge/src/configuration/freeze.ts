/** Freezes the value and all it holds. Bytes stay as they are: no array of bytes can be frozen. */
export function freezeDeeply<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value) || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) freezeDeeply(part)
  return Object.freeze(value)
}
