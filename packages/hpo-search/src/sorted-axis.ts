/**
 * Values with keys in order of value, then key, in typed arrays: what neighbours a kernel has.
 *
 * @module
 */
export interface SortedAxis {
  readonly values: Float64Array
  readonly keys: Int32Array
  /** Puts a value in; returns its place. */
  insert(key: number, value: number): number
  /** Takes a value out; returns the place it had. */
  remove(key: number, value: number): number
  /** Starts over with `count` values, value i at [i * stride + offset]. */
  fill(count: number, from: { keys: Int32Array; values: Float64Array; stride: number; offset: number }): void
}

/** An axis without values. */
export function createSortedAxis(): SortedAxis {
  let size = 0
  let values = new Float64Array(32)
  let keys = new Int32Array(32)

  function reserve(count: number): void {
    if (count <= values.length) return
    const capacity = Math.max(count, 2 * values.length)
    const [oldValues, oldKeys] = [values, keys]
    values = new Float64Array(capacity)
    keys = new Int32Array(capacity)
    values.set(oldValues)
    keys.set(oldKeys)
  }
  const placeOf = (key: number, value: number): number => {
    let [low, high] = [0, size]
    while (low < high) {
      const middle = (low + high) >> 1
      if (values[middle] < value || (values[middle] === value && keys[middle] < key)) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    get values() {
      return values
    },
    get keys() {
      return keys
    },
    insert(key, value) {
      reserve(size + 1)
      const place = placeOf(key, value)
      values.copyWithin(place + 1, place, size)
      keys.copyWithin(place + 1, place, size)
      values[place] = value
      keys[place] = key
      size++
      return place
    },
    remove(key, value) {
      const place = placeOf(key, value)
      values.copyWithin(place, place + 1, size)
      keys.copyWithin(place, place + 1, size)
      size--
      return place
    },
    fill(count, { keys: from, values: all, stride, offset }) {
      reserve(count)
      size = count
      const order = Int32Array.from({ length: count }, (_, index) => index)
      const valueAt = (index: number) => all[index * stride + offset]
      order.sort((one, other) => valueAt(one) - valueAt(other) || from[one] - from[other])
      order.forEach((index, place) => {
        keys[place] = from[index]
        values[place] = valueAt(index)
      })
    },
  }
}
