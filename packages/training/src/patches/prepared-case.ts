/**
 * What training reads: one case, preprocessed, as plain arrays. The type is structural: whoever prepares cases needs no
 * import from here.
 *
 * Images are channel-first planes `[channels, depth, height, width]`, labels `[depth, height, width]`; a 2D image is a
 * case of depth 1.
 *
 * @module
 */
import type { Affine, Shape3, Spacing } from '@leanvox/volume'

/** Images on one grid without their labels. */
export interface PreparedImage {
  /** `[channels, depth, height, width]`, width fastest. */
  readonly image: Float32Array
  readonly shape: Shape3
  readonly channels: number
}

/** One preprocessed case; `label` holds whole numbers, 0 is background. */
export interface PreparedCase extends PreparedImage {
  readonly id: string
  /** `[depth, height, width]` */
  readonly label: Uint8Array
  /** mm, in the order of `shape`. */
  readonly spacing: Spacing
  /** Voxel index to RAS+ mm, row major. */
  readonly affine: Affine
  /** false where `label` is zeros because nobody drew one; such a case needs an `objective` of its own to train. */
  readonly hasLabel?: boolean
}

/**
 * Checks that cases agree with themselves and with the network that shall read them.
 *
 * @param options.labels 'any' lets cases have no label or labels that are not the network's classes
 * @throws RangeError naming the case, for a repeated id, no label, arrays that disagree with `shape` and `channels`,
 *   channels other than `inChannels`, or a label value of `outChannels` or more
 */
export function checkCases(
  cases: readonly PreparedCase[],
  net: { inChannels: number; outChannels: number },
  { labels = 'classes' }: { labels?: 'classes' | 'any' } = {},
): void {
  const seen = new Set<string>()
  for (const one of cases) {
    const fail = (expected: string, found: string | number) => {
      throw new RangeError(`checkCases: expected ${expected} in case ${one.id}, got ${found}`)
    }
    const voxels = one.shape[0] * one.shape[1] * one.shape[2]
    if (seen.has(one.id)) fail('an id used once', one.id)
    seen.add(one.id)
    if (one.hasLabel === false && labels === 'classes') fail('a label', 'none')
    if (!(voxels >= 1)) fail('a shape of at least one voxel', `[${one.shape}]`)
    if (one.channels !== net.inChannels) fail(`${net.inChannels} channels`, one.channels)
    if (one.image.length !== voxels * one.channels) fail(`${voxels * one.channels} image values`, one.image.length)
    if (one.label.length !== voxels) fail(`${voxels} label values`, one.label.length)
    if (labels === 'any') continue
    const largest = one.label.reduce((most, value) => Math.max(most, value), 0)
    const classes = Math.max(2, net.outChannels) // one channel is foreground under a sigmoid
    if (largest >= classes) fail(`labels below ${classes}`, largest)
  }
}
