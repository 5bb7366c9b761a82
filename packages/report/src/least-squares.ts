/**
 * The straight line through points that leaves the least squared vertical distances.
 *
 * @module
 */
export function leastSquares(points: readonly { readonly x: number; readonly y: number }[]) {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  const shared = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0)
  // No spread (or no points): no line.
  const slope = spread > 0 ? shared / spread : NaN
  return { slope, intercept: meanY - slope * meanX }
}
