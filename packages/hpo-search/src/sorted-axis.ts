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

interface Entries {
  size: number
  values: Float64Array
  keys: Int32Array
}

/** An axis without values. */
export function createSortedAxis(): SortedAxis {
  const all: Entries = { size: 0, values: new Float64Array(32), keys: new Int32Array(32) }
  return {
    get values() {
      return all.values
    },
    get keys() {
      return all.keys
    },
    insert(key, value) {
      reserve(all, all.size + 1)
      const place = placeOf(all, { key, value })
      all.values.copyWithin(place + 1, place, all.size)
      all.keys.copyWithin(place + 1, place, all.size)
      all.values[place] = value
      all.keys[place] = key
      all.size++
      return place
    },
    remove(key, value) {
      const place = placeOf(all, { key, value })
      all.values.copyWithin(place, place + 1, all.size)
      all.keys.copyWithin(place, place + 1, all.size)
      all.size--
      return place
    },
    fill(count, { keys, values, stride, offset }) {
      reserve(all, count)
      all.size = count
      const order = Int32Array.from({ length: count }, (_, index) => index)
      const valueAt = (index: number) => values[index * stride + offset]
      order.sort((one, other) => valueAt(one) - valueAt(other) || keys[one] - keys[other])
      order.forEach((index, place) => {
        all.keys[place] = keys[index]
        all.values[place] = valueAt(index)
      })
    },
  }
}

function reserve(all: Entries, count: number): void {
  if (count <= all.values.length) return
  const capacity = Math.max(count, 2 * all.values.length)
  const [values, keys] = [new Float64Array(capacity), new Int32Array(capacity)]
  values.set(all.values)
  keys.set(all.keys)
  Object.assign(all, { values, keys })
}

function placeOf({ size, values, keys }: Entries, { key, value }: { key: number; value: number }): number {
  let [low, high] = [0, size]
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle] < value || (values[middle] === value && keys[middle] < key)) low = middle + 1
    else high = middle
  }
  return low
}
