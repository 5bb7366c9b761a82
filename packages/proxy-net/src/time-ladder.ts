/**
 * Measured step times beside counted costs. Multiply-adds leave out normalisation and memory traffic, so a network with
 * a quarter of them seldom runs four times as fast. This package knows no clock and no backend: the caller measures.
 *
 * @module
 */

/** A rung with its measured time. */
export type Timed<R> = R & {
  /** Seconds of one training step. */
  readonly stepSeconds: number
}

/**
 * Calls `time` for one rung after the other, never two at once, and adds the seconds it returns.
 *
 * @throws RangeError if a time is not a positive finite number.
 */
export async function timeLadder<R extends { readonly name: string }>(
  rungs: readonly R[],
  { time }: { readonly time: (rung: R) => number | Promise<number> },
): Promise<Timed<R>[]> {
  const timed: Timed<R>[] = []
  for (const rung of rungs) {
    const stepSeconds = await time(rung)
    if (!(stepSeconds > 0 && Number.isFinite(stepSeconds))) {
      throw new RangeError(`timeLadder: expected positive seconds for ${rung.name}, got ${stepSeconds}`)
    }
    timed.push({ ...rung, stepSeconds })
  }
  return timed
}
