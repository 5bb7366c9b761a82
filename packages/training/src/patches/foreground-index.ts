/**
 * Where the foreground is, found once per case so that a foreground patch costs one random draw.
 *
 * @module
 */

/** Flat voxel positions of every label present but the background. */
export interface ForegroundIndex {
  /** Labels present, ascending, 0 left out. */
  readonly labels: readonly number[]
  /** For each entry of `labels`, its voxels in memory order. */
  readonly voxels: readonly Uint32Array[]
}

/** The foreground of a label map; no labels and no voxels for a map of zeros. */
export function foregroundIndex(label: Uint8Array): ForegroundIndex {
  const counts = new Uint32Array(256)
  for (let i = 0; i < label.length; i++) counts[label[i]]++
  const labels = [...counts.keys()].filter((value) => value > 0 && counts[value] > 0)
  const byLabel = labels.map((value): [number, Uint32Array] => [value, new Uint32Array(counts[value])])
  const voxels = new Map(byLabel)
  const filled = new Uint32Array(256)
  for (let i = 0; i < label.length; i++) {
    if (label[i] > 0) voxels.get(label[i])![filled[label[i]]++] = i
  }
  return { labels, voxels: byLabel.map(([, positions]) => positions) }
}
