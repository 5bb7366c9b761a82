/**
 * From logits to answers. Several channels are classes under a softmax; one channel is foreground under a sigmoid.
 *
 * @module
 */

/** The most likely class of every voxel of `[classes, voxels]`; on a tie the lower one. One channel: 1 where positive. */
export function argmaxClasses(logits: Float32Array, classes: number): Uint8Array {
  const voxels = logits.length / classes
  const labelMap = new Uint8Array(voxels)
  for (let i = 0; i < voxels; i++) {
    if (classes === 1) {
      labelMap[i] = logits[i] > 0 ? 1 : 0
      continue
    }
    let best = 0
    for (let c = 1; c < classes; c++) if (logits[c * voxels + i] > logits[best * voxels + i]) best = c
    labelMap[i] = best
  }
  return labelMap
}

/** Probabilities `[classes, voxels]` in place of the logits: softmax over classes, or the sigmoid of one channel. */
export function softmaxClasses(logits: Float32Array, classes: number): Float32Array {
  const voxels = logits.length / classes
  const probabilities = new Float32Array(logits.length)
  for (let i = 0; i < voxels; i++) {
    if (classes === 1) {
      probabilities[i] = 1 / (1 + Math.exp(-logits[i]))
      continue
    }
    let largest = -Infinity
    for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[c * voxels + i])
    let total = 0
    for (let c = 0; c < classes; c++) total += Math.exp(logits[c * voxels + i] - largest)
    for (let c = 0; c < classes; c++) {
      probabilities[c * voxels + i] = Math.exp(logits[c * voxels + i] - largest) / total
    }
  }
  return probabilities
}
