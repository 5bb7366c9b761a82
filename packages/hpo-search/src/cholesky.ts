/**
 * The Cholesky factor of a symmetric positive definite matrix, and what is solved with it. Matrices are row by row.
 *
 * @module
 */

/** The lower triangular L with L Lᵀ = matrix; its lower half is read. Null when the matrix is not positive definite. */
export function cholesky(matrix: Float64Array, n: number): Float64Array | null {
  const lower = new Float64Array(n * n)
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * n + column]
      const [rowAt, columnAt] = [row * n, column * n]
      for (let k = 0; k < column; k++) sum -= lower[rowAt + k] * lower[columnAt + k]
      if (column < row) lower[rowAt + column] = sum / lower[columnAt + column]
      else if (sum > 0) lower[rowAt + column] = Math.sqrt(sum)
      else return null
    }
  }
  return lower
}

/** The solution y of L y = b. */
export function solveLower(lower: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  const y = new Float64Array(n)
  for (let row = 0; row < n; row++) {
    let sum = b[row]
    const at = row * n
    for (let k = 0; k < row; k++) sum -= lower[at + k] * y[k]
    y[row] = sum / lower[at + row]
  }
  return y
}

/** The inverse of L Lᵀ. */
export function inverseOf(lower: Float64Array, n: number): Float64Array {
  // Column j of the inverse of L, kept as row j so that both products below run along memory.
  const columns = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    columns[j * n + j] = 1 / lower[j * n + j]
    for (let row = j + 1; row < n; row++) {
      let sum = 0
      for (let k = j; k < row; k++) sum -= lower[row * n + k] * columns[j * n + k]
      columns[j * n + row] = sum / lower[row * n + row]
    }
  }
  const inverse = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = i; k < n; k++) sum += columns[i * n + k] * columns[j * n + k]
      inverse[i * n + j] = sum
      inverse[j * n + i] = sum
    }
  }
  return inverse
}
