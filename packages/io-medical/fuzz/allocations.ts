/**
 * Counts the bytes that code asks for in array buffers, by standing in front of their constructors.
 *
 * A request beyond the limit is refused before anything is reserved, as a RangeError of its own, so that a lying header
 * cannot take the machine down. What native code (zlib, libvips) reserves for itself is not seen; what it hands over is
 * asked for here first.
 *
 * @module
 */

/** A count that can be limited. */
export interface AllocationMeter {
  /** Starts from zero; an allocation that takes the count above `limit` throws. */
  reset(limit: number): void
  bytes(): number
}

const VIEWS = ['Uint8Array', 'Int8Array', 'Uint16Array', 'Int16Array', 'Uint32Array', 'Int32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'] as const // prettier-ignore

/** Replaces the global constructors, once in a process; for a process that does nothing but fuzz. */
export function meterAllocations(): AllocationMeter {
  let count = 0
  let most = Infinity
  const asked = (bytes: number): void => {
    count += bytes
    if (count > most) throw new RangeError(`allocations: expected at most ${most} bytes, got ${count}`)
  }
  replace('ArrayBuffer', ([length]) => (typeof length === 'number' ? asked(length) : undefined))
  for (const name of VIEWS) {
    const width = globalThis[name].BYTES_PER_ELEMENT
    replace(name, ([first]) => void asked(width * lengthOf(first)))
  }
  for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow'] as const) {
    const plain = Buffer[name].bind(Buffer)
    Buffer[name] = (size: number, ...rest: []) => (asked(size), plain(size, ...rest))
  }
  return {
    reset: (limit) => {
      count = 0
      most = limit
    },
    bytes: () => count,
  }
}

function lengthOf(first: unknown): number {
  if (typeof first === 'number') return first
  if (first === null || typeof first !== 'object' || first instanceof ArrayBuffer) return 0
  return 'length' in first && typeof first.length === 'number' ? first.length : 0
}

function replace(name: (typeof VIEWS)[number] | 'ArrayBuffer', seen: (args: readonly unknown[]) => void): void {
  const plain = globalThis[name]
  const counted = new Proxy(plain, {
    construct: (target, args, newTarget) => {
      seen(args)
      // The same constructor with the same arguments; a subclass keeps being one.
      return Reflect.construct(target, args, newTarget) as object
    },
  })
  plain.prototype.constructor = counted
  Object.defineProperty(globalThis, name, { value: counted, writable: true, configurable: true })
}
