/**
 * Cholesky factor and inverse of a small symmetric matrix, for the normal equations of a regression.
 *
 * @module
 */

/** A square matrix as rows. */
export type Matrix = readonly Float64Array[]

/**
 * The inverse of a symmetric positive definite matrix; where a pivot falls below `tolerance` times its diagonal entry
 * the matrix counts as singular and the index of that row is given instead.
 */
export function invertSymmetric(matrix: Matrix, tolerance: number): { inverse: Matrix } | { singularAt: number } {
  const n = matrix.length
  const factor = matrix.map(() => new Float64Array(n))
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = matrix[i][j]
      for (let k = 0; k < j; k++) value -= factor[i][k] * factor[j][k]
      if (i !== j) factor[i][j] = value / factor[j][j]
      else if (value > tolerance * matrix[i][i]) factor[i][i] = Math.sqrt(value)
      else return { singularAt: i }
    }
  }
  return { inverse: matrix.map((_, i) => solve(factor, i)) }
}

/** The column of the inverse that belongs to unit vector `i`: forward, then backward substitution. */
function solve(factor: Matrix, i: number): Float64Array {
  const n = factor.length
  const x = new Float64Array(n)
  for (let row = 0; row < n; row++) {
    let value = row === i ? 1 : 0
    for (let k = 0; k < row; k++) value -= factor[row][k] * x[k]
    x[row] = value / factor[row][row]
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) x[row] -= factor[k][row] * x[k]
    x[row] /= factor[row][row]
  }
  return x
}
